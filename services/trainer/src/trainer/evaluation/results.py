"""`results.csv`, with the first Vignette's columns: name, mean PR-AUC, and the PR-AUC of each label."""

import csv
import io
from pathlib import Path

from trainer.errors import DatasetError
from trainer.support.atomic_file import write_atomically, write_error
from vignette_shared.contracts.metrics import Metrics

RESULTS_FILE = "results.csv"


def add_result(path: Path, name: str, metrics: Metrics) -> None:
    """Add a head's row, or replace the row of the same name.

    Raises:
        DatasetError: the file can't be read or written, or it has columns for different labels.
    """
    header = ["name", "mean", *(entry.label for entry in metrics.per_label)]
    row = [name, metrics.pr_auc_mean, *(entry.pr_auc for entry in metrics.per_label)]
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        rows = list(csv.reader(io.StringIO(text)))
        if rows and rows[0] != header:
            raise DatasetError(
                f"{path} has columns for different labels: choose another file with --results."
            )
        kept = [each for each in rows[1:] if each and each[0] != name]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([header, *kept, row])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, out.getvalue().encode())
    except OSError as error:
        raise write_error(path, error) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{path} can't be used: {error}.") from error
