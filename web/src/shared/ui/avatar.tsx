type Person = { username: string; display_name: string; avatar_url?: string | null };

type Props = {
  person: Person;
  /** Side in CSS pixels. */
  size: number;
};

/** A person's picture or initial, always shown beside their name. */
export function Avatar({ person, size }: Props) {
  if (person.avatar_url) {
    return (
      <img
        src={person.avatar_url}
        alt=""
        width={size}
        height={size}
        loading="lazy"
        className="shrink-0 rounded-chip bg-sunken object-cover"
        style={{ width: size, height: size }}
      />
    );
  }
  const [letter = ''] = person.display_name || person.username;
  return (
    <span
      aria-hidden
      className="inline-flex shrink-0 items-center justify-center rounded-chip border border-line-strong font-medium text-muted uppercase"
      style={{ width: size, height: size, fontSize: Math.round(size * 0.42) }}
    >
      {letter}
    </span>
  );
}
