/** A few choices side by side, of which one holds. */

interface SegmentedProps<Value> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly onChoose: (value: Value) => void;
}

export function Segmented<Value>({ label, value, choices, onChoose }: SegmentedProps<Value>) {
  return (
    <fieldset class="segmented" aria-label={label}>
      {choices.map((choice) => (
        <button
          type="button"
          key={String(choice.value)}
          aria-pressed={value === choice.value}
          onClick={() => onChoose(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </fieldset>
  );
}
