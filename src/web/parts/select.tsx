/** A choice among a few, by its label. */

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChoose: (value: string) => void;
  /** Shows the label above; otherwise only a screen reader hears it. */
  readonly labelled?: boolean;
}

export function Select({ label, value, choices, onChoose, labelled = false }: SelectProps) {
  const select = (
    <select
      class="select"
      {...(!labelled && { 'aria-label': label })}
      value={value}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
  if (!labelled) return select;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the select is inside
    <label class="field">
      <span>{label}</span>
      {select}
    </label>
  );
}
