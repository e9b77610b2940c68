/** Asking a server about many nodes in few calls. */

/** What a server answers when one call asks for too much (OPC 10000-4, 7.38.2). */
const TOO_MUCH = /BadTooManyOperations|BadRequestTooLarge|BadResponseTooLarge|BadEncodingLimitsExceeded|BadTcpMessageTooLarge/;

/**
 * Asks for `size` items per call and gives the answers in the order of the items. Where that is more than the server
 * takes at a time, it goes on with half; a single item that is too much throws what the server said.
 */
export async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  ask: (batch: T[]) => Promise<readonly R[]>,
  signal?: AbortSignal,
): Promise<R[]> {
  const answers: R[] = [];
  for (let take = size; answers.length < items.length; ) {
    signal?.throwIfAborted();
    const batch = items.slice(answers.length, answers.length + take);
    try {
      const got = await ask(batch);
      if (got.length !== batch.length) throw new Error(`The server gave ${got.length} answers to ${batch.length} questions`);
      answers.push(...got);
    } catch (error) {
      if (batch.length === 1 || !TOO_MUCH.test(String(error))) throw error;
      take = Math.ceil(batch.length / 2);
    }
  }
  return answers;
}
