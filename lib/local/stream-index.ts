import { openBeside } from './sqlite.ts';

/**
 * dynoxide (1.2.1) keeps all stream records in one SQLite table without an index. For every change it looks for the
 * highest sequence number among all of them, so each write costs more than the one before: 5 ms of CPU at a thousand
 * records, 126 at fifty thousand. With these indexes it stays at 1.3 ms. They are on the very expressions that the
 * engine asks for.
 */
const indexes = {
  // for each write: SELECT MAX(CAST(sequence_number AS INTEGER)) … WHERE table_name = ?
  lapse_stream_end: ['table_name', 'CAST(sequence_number AS INTEGER)'],
  // for GetRecords: … WHERE table_name = ? AND shard_id = ? AND CAST(sequence_number AS INTEGER) > ? ORDER BY the same
  lapse_stream_after: ['table_name', 'shard_id', 'CAST(sequence_number AS INTEGER)'],
  // for DescribeStream: SELECT MIN(sequence_number), MAX(sequence_number) … WHERE table_name = ? AND shard_id = ?
  lapse_stream_range: ['table_name', 'shard_id', 'sequence_number'],
} as const;

/** Gives the engine's stream records indexes, once it is up and has made their table. Another version is left as it is. */
export function indexStreamRecords(file: string): void {
  const database = openBeside(file);
  try {
    const columns = database
      .prepare(`SELECT name FROM pragma_table_info('_stream_records')`)
      .all()
      .map(({ name }) => name);
    if (!['table_name', 'shard_id', 'sequence_number'].every((name) => columns.includes(name))) return;
    for (const [name, on] of Object.entries(indexes))
      database.exec(`CREATE INDEX IF NOT EXISTS ${name} ON _stream_records (${on.join(', ')})`);
  } finally {
    database.close();
  }
}
