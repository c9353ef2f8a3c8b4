"""The settings of the tagger's worker and command line."""

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
    """`publish-starter` runs before the other services and needs only the registry."""

    registry: RegistrySettings
