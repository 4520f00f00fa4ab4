export interface SessionFieldProps {
  name: string;
  value: string;
  placeholder: string;
  title?: string;
  onSave(value: string): void;
}

/** A text of a session that is edited in its place, and saved when the field is left. */
export function SessionField({ name, value, placeholder, title, onSave }: SessionFieldProps) {
  return (
    <input
      class={`${name.toLowerCase()}-field`}
      aria-label={name}
      placeholder={placeholder}
      title={title}
      value={value}
      onChange={(event) => onSave(event.currentTarget.value.trim())}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}
