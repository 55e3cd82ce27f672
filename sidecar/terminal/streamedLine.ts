import type {DataFacts} from '../../schemas/generated/run.ts';
import {grouped} from './numbers.ts';

/** What a person is told of data that were read from disk while training; nothing of others. */
export function streamedLine({streamed}: DataFacts): string[] {
  if (!streamed) return [];
  const {chunkRows, shuffledChunks} = streamed;
  return [
    `Streamed from disk in chunks of ${grouped(chunkRows)} rows: each epoch takes the chunks in another order and mixes the rows of ${grouped(shuffledChunks)} at a time.`,
  ];
}
