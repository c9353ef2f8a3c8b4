export type Dropped = {
  /** Chosen one by one: the server says what is wrong with them. */
  files: File[];
  /** From within dropped folders, whatever lay there. */
  inFolders: File[];
};

export async function filesOf(transfer: DataTransfer): Promise<Dropped> {
  // Entries must be taken before the first await: the browser empties the transfer afterwards.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (entries.length === 0) return { files: [...transfer.files], inFolders: [] };
  const all = async (some: FileSystemEntry[]) => (await Promise.all(some.map(filesIn))).flat();
  return {
    files: await all(entries.filter(isFile)),
    inFolders: await all(entries.filter(isDirectory)),
  };
}

const photoEndings = /\.(jpe?g|png|webp|gif|tiff?|heic|heif|avif)$/i;

/** By name and type alone, for the contents of folders: hidden files, films and letters stay out. */
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

/** A reader gives at most 100 entries at a time, and none when it is through. */
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
