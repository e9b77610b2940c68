/** Fault injection: the same port, where chosen calls fail, before they did anything or after they did everything. */
export interface Fault {
  /** Counted over all calls of all ports that share this object. */
  readonly atCall: number;
  readonly when: "before" | "after";
}

export class Faults {
  calls = 0;
  hit = 0;
  readonly #faults: readonly Fault[];
  readonly #error: () => Error;

  constructor(faults: readonly Fault[], error: () => Error = () => new Error("injected")) {
    this.#faults = faults;
    this.#error = error;
  }

  around<P extends object>(port: P): P {
    return new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return async (...args: unknown[]) => {
          const call = this.calls++;
          this.#strike(call, "before");
          const result: unknown = await method.apply(target, args);
          this.#strike(call, "after");
          return result;
        };
      },
    });
  }

  #strike(call: number, when: Fault["when"]): void {
    if (!this.#faults.some((fault) => fault.atCall === call && fault.when === when)) return;
    this.hit += 1;
    throw this.#error();
  }
}
