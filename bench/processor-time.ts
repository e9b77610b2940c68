/** Seconds that this process has had of the processors, all threads together: what a busy machine cannot make longer. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
