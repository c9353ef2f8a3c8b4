import { useQuery } from '@tanstack/react-query';
import { albumChoicesQuery } from '@/entities/album';
import { t } from '@/shared/i18n';
import { options, useUploadOptions } from '../store';

const visibilities = ['public', 'unlisted', 'private'] as const;

/** Options for new uploads; running uploads keep theirs. */
export function UploadOptions() {
  return (
    <section
      aria-labelledby="upload-options"
      className="flex flex-col gap-6 lg:w-[280px] lg:shrink-0 lg:border-line lg:border-s lg:ps-8"
    >
      <h2 id="upload-options" className="font-bold text-15">
        {t.upload.before}
      </h2>
      <VisibilityChoice />
      <AlbumChoice />
      <p className="max-w-[44ch] text-13 text-muted">{t.upload.location}</p>
    </section>
  );
}

function VisibilityChoice() {
  const { visibility } = useUploadOptions();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 font-medium text-13">{t.upload.who}</legend>
      {visibilities.map((value) => (
        <label key={value} className="flex min-h-6 items-center gap-2">
          <input
            type="radio"
            name="visibility"
            value={value}
            checked={visibility === value}
            onChange={() => options.choose(value)}
          />
          {t.upload.visibilities[value]}
        </label>
      ))}
    </fieldset>
  );
}

/** Hidden if the user has no albums. */
function AlbumChoice() {
  const { album } = useUploadOptions();
  const albums = useQuery(albumChoicesQuery).data?.items ?? [];
  if (albums.length === 0) return null;
  return (
    <label className="flex flex-col gap-2">
      <span className="font-medium text-13">{t.upload.album}</span>
      <select
        value={album?.id ?? ''}
        className="h-10 rounded-control border border-line-strong bg-surface px-2"
        onChange={(event) => {
          const chosen = albums.find(({ id }) => id === event.target.value);
          options.chooseAlbum(chosen ? { id: chosen.id, title: chosen.title } : null);
        }}
      >
        <option value="">{t.upload.noAlbum}</option>
        {albums.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
