"""The groups of settings that the tagger reads."""

from vignette_shared.settings import (
    BrokerSettings,
    LimitSettings,
    RegistrySettings,
    ServiceSettings,
    StorageSettings,
    TaggerSettings,
)


class TaggerWorkerSettings(ServiceSettings):
    broker: BrokerSettings
    storage: StorageSettings
    registry: RegistrySettings
    limits: LimitSettings = LimitSettings()
    tagger: TaggerSettings = TaggerSettings()


class PublishStarterSettings(ServiceSettings):
    """`publish-starter` runs before anything else does: it needs the registry alone."""

    registry: RegistrySettings
