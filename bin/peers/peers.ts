/** Benchmarks first, then tools that carry them out, then detections. */
import { cipp } from './cipp.ts';
import { cis } from './cis.ts';
import { elastic } from './elastic.ts';
import { maester } from './maester.ts';
import { orca } from './orca.ts';
import { scuba } from './scuba.ts';
import { sentinel } from './sentinel.ts';
import { splunk } from './splunk.ts';
import type { Peer } from './peer.ts';

export const peers: readonly Peer[] = [orca, cis, scuba, maester, cipp, sentinel, elastic, splunk];
