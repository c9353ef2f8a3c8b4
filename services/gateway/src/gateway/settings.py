"""The settings of the gateway."""

from vignette_shared.settings import (
    BrokerSettings,
    GatewaySettings,
    LimitSettings,
    SecuritySettings,
    ServiceSettings,
    StorageSettings,
)


class Settings(ServiceSettings):
    gateway: GatewaySettings
    broker: BrokerSettings
    storage: StorageSettings
    security: SecuritySettings
    limits: LimitSettings = LimitSettings()
