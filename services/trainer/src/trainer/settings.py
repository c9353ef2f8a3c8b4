"""The groups of settings that the trainer's worker reads, and one of its commands."""

from vignette_shared.settings import BrokerSettings, RegistrySettings, ServiceSettings, TrainerSettings


class DistributionSettings(ServiceSettings):
    """What `embed --distributed` needs to find the tagger workers."""

    broker: BrokerSettings


class TrainerWorkerSettings(ServiceSettings):
    broker: BrokerSettings
    registry: RegistrySettings
    trainer: TrainerSettings
