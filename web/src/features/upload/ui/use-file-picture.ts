import { useEffect, useState } from 'react';

/** Larger pictures take too much memory to be decoded for a thumbnail. */
const largestBytes = 30_000_000;

/** An address for the picture in a file of this device; none when the browser cannot show it. */
export function useFilePicture(file: File | null) {
  const [source, setSource] = useState<string | null>(null);
  useEffect(() => {
    if (!file || file.size === 0 || file.size > largestBytes) return;
    const address = URL.createObjectURL(file);
    setSource(address);
    return () => {
      URL.revokeObjectURL(address);
      setSource(null);
    };
  }, [file]);
  return { source, onError: () => setSource(null) };
}
