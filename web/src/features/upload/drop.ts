export type Dropped = {
  /** Selected individually: the server reports what is wrong with them. */
  files: File[];
  /** Contents of dropped folders, unfiltered. */
  inFolders: File[];
};

export async function filesOf(transfer: DataTransfer): Promise<Dropped> {
  // Read the entries before the first await: the browser empties the transfer afterwards.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (entries.length === 0) return { files: [...transfer.files], inFolders: [] };
  const all = async (some: FileSystemEntry[]) => (await Promise.all(some.map(filesIn))).flat();
  return {
    files: await all(entries.filter(isFile)),
    inFolders: await all(entries.filter(isDirectory)),
  };
}

const photoEndings = /\.(jpe?g|png|webp|gif|tiff?|heic|heif|avif)$/i;

/** Filter folder contents by name and type: no hidden files, videos or documents. */
export const isLikelyPhoto = (file: File): boolean =>
  !file.name.startsWith('.') && (file.type.startsWith('image/') || photoEndings.test(file.name));

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry)) {
    return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))];
  }
  if (!isDirectory(entry)) return [];
  const children = await childrenOf(entry.createReader());
  return (await Promise.all(children.map(filesIn))).flat();
}

/** A reader returns at most 100 entries per call, and none at the end. */
async function childrenOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry =>
  entry.isDirectory;
