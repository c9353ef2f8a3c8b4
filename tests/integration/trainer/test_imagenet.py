"""The import of ImageNet weights, with a file of the same layout from a local server."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from tests.support.file_server import FileServer, serving
from tests.support.patience import COMMAND_S

from trainer.backbone.artifacts import GOLDEN_FILE, verify_backbone
from trainer.backbone.imagenet import FILE, imagenet_file
from trainer.errors import DatasetError, DownloadFailed
from trainer.support.registry import open_registry
from vignette_shared.errors import ModelDamaged
from vignette_shared.vision.backbone import WEIGHTS_FILE
from vignette_shared.vision.inception_v3 import kernel_shapes
from vignette_shared.vision.weights import InceptionWeights

pytestmark = [pytest.mark.integration, pytest.mark.tensorflow]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights as Keras publishes them: HDF5, one group a layer, all layers in order of the network's depth.

    Numbers begin at 1, as in the real file; the values are random, the layout is Keras' own.
    """
    path: Path = tmp_path_factory.mktemp("imagenet") / FILE
    script = f"""
import keras, h5py, numpy as np
from keras.src.legacy.saving import legacy_h5_format
keras.utils.set_random_seed(0)
net = keras.applications.InceptionV3(include_top=False, weights=None)
with h5py.File({str(path)!r}, "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, net)
layers = {{layer.name: layer for layer in net.layers}}
np.save({str(path.with_suffix(".npy"))!r}, layers["conv2d_93"].get_weights()[0])
"""
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=COMMAND_S)
    return path


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trainer.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_S,
    )


def test_import_command_resumes_a_broken_download(published: Path, tmp_path: Path) -> None:
    registry = str(tmp_path / "registry")
    body = published.read_bytes()
    with serving(FileServer(body, breaks_after=[1_000_000, 30_000_000])) as server:
        wanted = ["--registry", registry, "--work", str(tmp_path), "--md5", md5(published), "--json"]
        done = run("backbone", "import", "imagenet", "--url", server.url, *wanted)
    assert done.returncode == 0, done.stderr
    assert server.asked[:2] == [None, "bytes=1000000-"]
    assert "imagenet" in done.stderr  # the bar
    fingerprint = json.loads(done.stdout)["fingerprint"]
    models = open_registry(registry)
    manifest = models.backbone(fingerprint)
    assert (manifest.input_side, manifest.geometry) == (299, "squash")
    # The 94th convolution is Keras' own last, whatever order the file has.
    weights = InceptionWeights.parse(models.backbone_file(fingerprint, WEIGHTS_FILE))
    np.testing.assert_array_equal(weights.layers[93].kernel, np.load(published.with_suffix(".npy")))
    assert (verify_backbone(models, fingerprint).cosine or 0) >= 0.999
    golden = Path(registry) / "backbones" / fingerprint / GOLDEN_FILE
    golden.write_bytes(golden.read_bytes()[:-1] + b"\1")
    with pytest.raises(ModelDamaged, match="SHA-256"):
        verify_backbone(models, fingerprint)


def test_file_with_the_wrong_hash_is_rejected(published: Path, tmp_path: Path) -> None:
    with serving(FileServer(published.read_bytes()[:200_000])) as server, pytest.raises(DownloadFailed):
        imagenet_file(tmp_path, None, url=server.url)
    assert not (tmp_path / FILE).exists()
    done = run("backbone", "import", "imagenet", "--registry", str(tmp_path / "r"), "--file", str(published))
    assert done.returncode == 2  # Keras' published hash is the default
    assert "MD5" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    with pytest.raises(DatasetError, match="can't be read"):
        imagenet_file(tmp_path, tmp_path / "absent.h5")


def test_local_file_needs_no_network(published: Path, tmp_path: Path) -> None:
    assert imagenet_file(tmp_path, published, url="http://127.0.0.1:9/", md5=md5(published)) == published


def test_other_network_is_rejected_before_keras_loads_it(tmp_path: Path) -> None:
    from trainer.backbone.imagenet import read_imagenet  # noqa: PLC0415

    path = tmp_path / "other.h5"
    path.write_bytes(b"not an HDF5")
    with pytest.raises(ModelDamaged, match="not an HDF5"):
        read_imagenet(path)
    with h5py.File(path, "w") as file:
        for number, shape in enumerate(kernel_shapes()[:90]):
            file.create_dataset(f"conv2d_{number}/kernel", shape, np.float16)
    with pytest.raises(ModelDamaged, match="90 convolutions"):
        read_imagenet(path)
