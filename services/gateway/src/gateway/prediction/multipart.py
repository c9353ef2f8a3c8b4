"""The file of a multipart request, spooled in memory if small and on disk otherwise."""

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.requests import Request

from vignette_shared.errors import (
    NotAnImage,
    StorageFull,
    TooLarge,
    UnsupportedMediaType,
    ValidationFailed,
)


@asynccontextmanager
async def one_file(request: Request, limit: int) -> AsyncIterator[BinaryIO]:
    """Yield the part `file` of a multipart request; it is deleted on exit.

    Args:
        limit: maximum size of the file, in bytes.

    Raises:
        UnsupportedMediaType: the body is not a multipart form.
        ValidationFailed: the part is missing.
        NotAnImage: the file is empty.
        TooLarge: the file is larger than `limit`.
        StorageFull: the disk for temporary files is full.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise UnsupportedMediaType("Send the image as multipart/form-data in the field `file`.")
    try:
        form = await request.form(max_files=1, max_fields=10)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StorageFull("The disk for temporary files is full. Try again later.") from error
    try:
        yield _checked(form.get("file"), limit)
    finally:
        await form.close()


def _checked(part: UploadFile | str | None, limit: int) -> BinaryIO:
    if not isinstance(part, UploadFile):
        missing = {"field": "file", "message": "Add a multipart part with this name and a file."}
        raise ValidationFailed("Send the image in the multipart field `file`.", errors=[missing])
    if not part.size:
        raise NotAnImage("The file is empty.")
    if part.size > limit:
        raise TooLarge(f"The file is larger than the limit of {limit} bytes.")
    return part.file
