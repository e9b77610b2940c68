/** A proof runs one real check (a site, a benchmark, a test suite) and gives the rows it establishes. */
export interface ProofResult {
  readonly claim: string;
  /** What was measured, with units. */
  readonly figure: string;
  readonly bound: string;
  readonly pass: boolean;
}

export interface Proof {
  readonly title: string;
  run(progress: (line: string) => void): Promise<readonly ProofResult[]>;
}
