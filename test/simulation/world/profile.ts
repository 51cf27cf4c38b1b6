/**
 * What kind of history a seed makes: which troubles there are and how often. Each seed has some of them and lacks others,
 * because troubles hide each other: a process that is always killed early never meets its late answers.
 */
import type { SeededRandom } from '../../../src/kit/random.js';

export const TROUBLES = [
  'crash',
  'pause',
  'stop',
  'session lost',
  'session lost silently',
  'partition',
  'outage',
  'wall jump',
  'database jump',
  'loads fail',
] as const;
export type Trouble = (typeof TROUBLES)[number];

export const NODE_TROUBLES = [
  'node crash',
  'node pause',
  'node cut',
  'node stop',
  'drain',
  'cordon',
  'policy',
] as const;
export type NodeTrouble = (typeof NODE_TROUBLES)[number];

/** What the nodes of a history meet, and the messages between them and the servers. */
export interface ClusterProfile {
  readonly nodes: number;
  /** Chance that a trouble of nodes comes beside an act. */
  readonly troubled: number;
  readonly troubles: readonly NodeTrouble[];
  /** Chances of a message to be lost until its lock runs out, to be given out twice, or to be overtaken by others. */
  readonly lost: number;
  readonly doubled: number;
  readonly overtaken: number;
  /** Chance of a task to kill the node that runs it. */
  readonly deadly: number;
}

export interface Profile {
  /** Processes that the supervisor keeps running. */
  readonly servers: number;
  readonly acts: number;
  /** Chance that an act is a trouble instead of a command. */
  readonly troubled: number;
  readonly troubles: readonly Trouble[];
  /** Chances of a message to be lost, to take long, or to arrive after its sender has given up; commits have their own. */
  readonly lost: number;
  readonly slow: number;
  readonly late: number;
  readonly ambiguous: number;
  /** Chance that a leader loses its session as well when it hears nothing of a commit, as when a database restarts. */
  readonly together: number;
  /** Chance of what an attempt told to be told again later, as by a queue that delivers at least once. */
  readonly echo: number;
  readonly wildWall: boolean;
  /** Nothing hits servers and their database but orderly stops: whatever then takes its time is nobody else's fault. */
  readonly isSteady: boolean;
  /** Servers know each other: commands go through the relay, and the lead is handed over. */
  readonly hasPeers: boolean;
  /** Meshes are planned, and the plans are nonsense. */
  readonly hasPlans: boolean;
  /** Starts are held back, at random. */
  readonly hasGate: boolean;
  /** Undefined: no nodes. */
  readonly cluster: ClusterProfile | undefined;
}

/**
 * So many have nodes, and so many more have servers that know each other: a third, because they cost 1.5 times as much CPU as plain
 * ones, and those with both 2.5 times. 2,000 histories cost 22 % more than if all were plain.
 */
const WITH_NODES = 0.18;
const WITH_PEERS = 0.16;
/** Of each kind. */
const WITH_PLANS = 0.2;
const WITH_GATE = 0.2;

export function profileOf(random: SeededRandom): Profile {
  const hasPlans = random.fork('plans').next() < WITH_PLANS;
  const hasGate = random.fork('gate').next() < WITH_GATE;
  const plain = { ...plainProfile(random), hasPlans, hasGate };
  const more = random.fork('kind');
  const dice = more.next();
  if (dice >= WITH_NODES + WITH_PEERS) return plain;
  const cluster = dice < WITH_NODES ? clusterProfile(more) : undefined;
  const hasPeers = cluster === undefined || more.next() < 0.3;
  const servers = hasPeers ? 2 + more.int(2) : plain.servers;
  const profile = { ...plain, servers, acts: 15 + more.int(20), hasPeers, cluster };
  return more.next() < 0.4 ? { ...profile, ...STEADY } : profile;
}

const STEADY: Partial<Profile> = {
  isSteady: true,
  troubled: 0.1,
  troubles: ['stop'],
  lost: 0,
  slow: 0,
  late: 0,
  ambiguous: 0,
  together: 0,
};

function clusterProfile(random: SeededRandom): ClusterProfile {
  const some = (chance: number, max: number): number => (random.next() < chance ? random.next() * max : 0);
  return {
    nodes: 2 + random.int(3),
    troubled: random.next() < 0.15 ? 0 : 0.05 + random.next() * 0.25,
    troubles: NODE_TROUBLES.filter(() => random.next() < 0.55),
    lost: some(0.4, 0.05),
    doubled: some(0.5, 0.1),
    overtaken: some(0.5, 0.3),
    deadly: some(0.3, 0.1),
  };
}

function plainProfile(random: SeededRandom): Profile {
  const some = (chance: number, max: number): number => (random.next() < chance ? random.next() * max : 0);
  const isCalm = random.next() < 0.1;
  const present = TROUBLES.filter(() => random.next() < 0.45);
  return {
    servers: 1 + random.int(3),
    acts: 25 + random.int(30),
    troubled: isCalm ? 0 : 0.05 + random.next() * 0.2,
    troubles: isCalm ? [] : present,
    lost: isCalm ? 0 : some(0.4, 0.04),
    slow: isCalm ? 0 : some(0.4, 0.1),
    late: isCalm ? 0 : some(0.4, 0.04),
    ambiguous: isCalm ? 0 : some(0.6, 0.2),
    together: some(0.5, 0.5),
    echo: some(0.3, 0.3),
    wildWall: random.next() < 0.35,
    isSteady: false,
    hasPeers: false,
    hasPlans: false,
    hasGate: false,
    cluster: undefined,
  };
}
