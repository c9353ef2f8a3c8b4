"""The groups of settings that the trainer's worker reads."""

from vignette_shared.settings import BrokerSettings, RegistrySettings, ServiceSettings, TrainerSettings


class TrainerWorkerSettings(ServiceSettings):
    broker: BrokerSettings
    registry: RegistrySettings
    trainer: TrainerSettings
