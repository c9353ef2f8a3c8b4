"""Wire the services and the app from the settings."""

from ipaddress import ip_network

from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp

from gateway.app import make_gateway
from gateway.events.event_streams import HEARTBEAT_S, EventStreams
from gateway.health.metrics import Metrics
from gateway.health.readiness import ReadinessProbe
from gateway.limits.rate_limits import RateLimits
from gateway.pages.first_page import FirstPage
from gateway.pages.webapp import WebApp
from gateway.photos_client import PhotosClient, open_transport
from gateway.prediction.predictions import Predictions
from gateway.services import Services
from gateway.sessions import Sessions, normal_origins
from gateway.settings import Settings
from vignette_shared.errors import SettingsError
from vignette_shared.queue.app import make_celery
from vignette_shared.queue.connection import connect_async
from vignette_shared.queue.publisher import CeleryPublisher
from vignette_shared.settings import GatewaySettings, read_secret
from vignette_shared.storage import open_store


def wire(settings: Settings, registry: CollectorRegistry) -> Services:
    """Wire the services. Nothing connects before its first use.

    Raises:
        SettingsError: a key file, folder, origin or network is invalid.
    """
    limits, broker = settings.limits, settings.broker
    key = read_secret(settings.security.internal_key_file)
    photos = PhotosClient(*open_transport(settings.gateway.photos_url), key)
    sessions = _sessions(photos, settings.gateway)
    streams = EventStreams(
        # Two more than streams, for reading the position of a stream that is being opened.
        connect_async(broker, longest_block_s=HEARTBEAT_S, max_connections=limits.event_streams + 2),
        sessions,
        limit=limits.event_streams,
        limit_per_user=limits.event_streams_per_user,
    )
    replies = connect_async(
        broker, longest_block_s=limits.predict_timeout_s, max_connections=limits.predict_in_flight
    )
    predictions = Predictions(
        open_store(settings.storage.url),
        CeleryPublisher(make_celery("gateway", broker)),
        replies,
        limit=limits.predict_in_flight,
        timeout_s=limits.predict_timeout_s,
    )
    probe_client = connect_async(broker)
    metrics = Metrics(
        registry,
        probe_client,
        networks=_networks(settings.gateway),
        proxied=bool(settings.gateway.trusted_proxies),
        open_streams=lambda: streams.open_now,
    )
    return Services(
        photos=photos,
        sessions=sessions,
        events=streams,
        predictions=predictions,
        readiness=ReadinessProbe(photos, probe_client),
        metrics=metrics,
        rates=RateLimits(connect_async(broker), limits),
        upload_bytes=limits.upload_bytes,
    )


def make_app(settings: Settings, services: Services, registry: CollectorRegistry) -> ASGIApp:
    """Make the app to serve.

    Raises:
        SettingsError: the build of the web app lacks a placeholder.
    """
    web = WebApp(settings.gateway.web_dir, FirstPage(services).embed)
    return make_gateway(services, web, settings.limits, registry)


def _sessions(photos: PhotosClient, settings: GatewaySettings) -> Sessions:
    try:
        origins = normal_origins(settings.origins)
    except ValueError as error:
        raise SettingsError(f"VIGNETTE_GATEWAY__ORIGINS: {error}.") from error
    return Sessions(photos, origins, secure=settings.cookie_secure)


def _networks(settings: GatewaySettings) -> tuple[str, ...]:
    for network in settings.metrics_networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise SettingsError(f"VIGNETTE_GATEWAY__METRICS_NETWORKS: {error}.") from error
    return settings.metrics_networks
