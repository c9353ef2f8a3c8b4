"""`results.csv` in the original's columns: a model's name, its mean PR-AUC, and the PR-AUC of each label."""

import csv
import io
from pathlib import Path
from typing import Any

from trainer.errors import DatasetError
from trainer.support.atomic_file import unwritable, write_whole

RESULTS_FILE = "results.csv"


def add_result(path: Path, name: str, metrics: dict[str, Any]) -> None:
    """Write a model's row; one of the same name is replaced.

    Args:
        metrics: as `evaluate` returns them.

    Raises:
        DatasetError: the file can't be read or written, or its columns are of other labels.
    """
    header = ["name", "mean", *(entry["label"] for entry in metrics["per_label"])]
    row = [name, metrics["pr_auc_mean"], *(entry["pr_auc"] for entry in metrics["per_label"])]
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        known = list(csv.reader(io.StringIO(text)))
        if known and known[0] != header:
            raise DatasetError(f"{path} has columns of other labels: give another file by --results.")
        kept = [each for each in known[1:] if each and each[0] != name]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([header, *kept, row])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, out.getvalue().encode())
    except OSError as error:
        raise unwritable(path, error) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{path} can't be used: {error}.") from error
