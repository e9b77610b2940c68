/** Sentences for people: English as it is, and what every other language says it with. */

/** The key of a sentence in its catalogue, and the words that stand in it. Numbers are rounded as they are meant to be read. */
export interface Saying {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number | Saying>>;
}

export interface Said {
  /** In English. */
  readonly message: string;
  readonly says: Saying;
}

/** What a sentence of a catalogue says: names in it stand between underscores, and sentences may stand in one another. */
export function saidBy<K extends string>(
  texts: Readonly<Record<K, string>>,
): (key: K, values?: Readonly<Record<string, string | number | Said>>) => Said {
  return (key, values = {}) => ({
    message: texts[key].replaceAll(/__(\w+?)__/g, (mark, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      return value === undefined ? mark : typeof value === "object" ? value.message : String(value);
    }),
    says: {
      key,
      values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === "object" ? value.says : value])),
    },
  });
}
