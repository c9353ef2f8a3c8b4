"""The settings groups that the photos service reads."""

from vignette_shared.settings import (
    BrokerSettings,
    DatabaseSettings,
    DecoderSettings,
    LimitSettings,
    PhotosSettings,
    RegistrySettings,
    SecuritySettings,
    ServiceSettings,
    StorageSettings,
)


class MigrationSettings(ServiceSettings):
    """The settings of `migrate`, which needs only the database."""

    database: DatabaseSettings


class PhotosServiceSettings(MigrationSettings):
    broker: BrokerSettings
    storage: StorageSettings
    registry: RegistrySettings
    security: SecuritySettings
    limits: LimitSettings = LimitSettings()
    decoder: DecoderSettings = DecoderSettings()
    photos: PhotosSettings = PhotosSettings()
