import { type ChallengeId, SecretHash, type SessionId, type TokenId, type UserId } from "@latchkey/core/store"

/**
 * How many groups the owners are spread over. All keys of a group have one hash tag, so they live on one node of a cluster,
 * and one script can change everything of one owner (RDS-08). Part of the data's layout: with another number, nothing would be found.
 */
export const GROUPS = 256

/** The keys of one owner. No key contains text from a user, and the tag comes first, so that nothing after it can change it (RDS-01). */
export interface OwnerKeys {
  /** The user, as `user-text.ts` writes it. */
  readonly user: string
  /** The number of a removal, kept for a day, so that a late writer does not bring the user back. */
  readonly gone: string
  /** A hash of the owner's sessions: `h:<hash>` has the session, `i:<id>` has the hash. */
  readonly sessions: string
  /** The group's owners of sessions, by an instant before which none of theirs ends. */
  readonly sessionEnds: string
  /** A hash of the owner's personal access tokens, with the same fields. */
  readonly tokens: string
  /** The group's owners of tokens that end, by the soonest end. */
  readonly tokenEnds: string
  /** A hash of the owner's one-time codes, by their purpose. */
  readonly codes: string
  /** The group's owners of codes, by an instant before which none of theirs ends. */
  readonly codeEnds: string
  /**
   * The ids of the challenges that the owner claimed, by their time, for lists. An id is entered before the claim, so it may lead to
   * a challenge that is not the owner's, or to none.
   */
  readonly claims: string
}

/** The keys that lead to users, all under one tag. */
export interface DirectoryKeys {
  /** Hashes from canonical login to user id, and back. */
  readonly usernames: string
  readonly emails: string
  readonly usernameOf: string
  readonly emailOf: string
  /** All user ids, in order. */
  readonly users: string
  /**
   * What users are found by, for lists: usernames, addresses and domains in order, each with the id behind it. Follows `usernameOf` and
   * `emailOf`; the user's text decides.
   */
  readonly names: string
  /** Ids of superusers and of inactive users, in order, for lists. May lag behind; the user's text decides. */
  readonly allSuperusers: string
  readonly inactive: string
  /** Ids of active superusers, and of nobody else, because the guard of the last superuser depends on it. */
  readonly superusers: string
  /** Exists once setup is complete; never removed (SET-03). */
  readonly setup: string
  /** Changes under way, by user id: reserved but not yet settled. */
  readonly intents: string
  /** Numbers the changes, so that none is made twice. */
  readonly sequence: string
  /**
   * A hash from secret hash to its first owner, for tokens of other systems. Entries stay when the token is gone, so that a hash
   * never changes its owner, and two imports at once cannot both win.
   */
  readonly imported: string
  /** Challenges by their end, as far as they count for the limit of open ones. One whose end is some time ago may be missing. */
  readonly openChallenges: string
  /** The end and the id of the challenge that a user code leads to. */
  readonly ofUserCode: (hash: SecretHash) => string
  /** Created with the data, to tell whether the server has lost it since (RDS-07). */
  readonly incarnation: string
  /** Created with the first attempt. Decides in which group and bucket a key is counted, so that nobody can foresee it (RAT-14). */
  readonly bucketSecret: string
  /** The layout number of everything under the prefix. Exists even if no users live here. */
  readonly layout: string
}

/** The keys of a challenge. Its group is chosen by its own id, because its program does not know who will claim it. */
export interface ChallengeKeys {
  /** The challenge, as `challenge-text.ts` writes it. */
  readonly self: string
  /** The group's challenges by `keptUntil`. */
  readonly ends: string
}

export interface AuditKeys {
  /** A stream whose ids are the positions. */
  readonly records: string
  /** The hash of the last record that was ever linked. */
  readonly end: string
  /** A hash of where the log begins, with fields `sequence` and `hash`. Not there while no record was removed. */
  readonly start: string
  /** The positions of a type's records, of a user's records, as actor or subject, and of a request's. */
  readonly ofType: (type: string) => string
  readonly ofUser: (id: UserId) => string
  readonly ofRequest: (id: string) => string
}

/** The keys of a bucket of attempts. */
export interface BucketKeys {
  readonly self: string
  /** The group's buckets by their end. Shared ones are not among them: they end by their time to live. */
  readonly ends: string
  /** The start of the keys of the group's buckets, and of its shared ones. */
  readonly stem: string
  readonly sharedStem: string
}

/** The keys of an account's marks of trust. */
export interface MarkKeys {
  /** A sorted set of the marks by their end. */
  readonly self: string
  /** The group's accounts with marks, by the soonest end of one. */
  readonly ends: string
}

/** Every key that the store uses; there are no others. */
export interface Keys {
  readonly directory: DirectoryKeys
  readonly audit: AuditKeys
  /** The settings that administrators made, as `settings.ts` writes them. */
  readonly settings: string
  readonly ofOwner: (id: UserId) => OwnerKeys
  readonly ofChallenge: (id: ChallengeId) => ChallengeKeys
  /** A bucket's place, a number, selects its group. */
  readonly ofBucket: (key: string, place: number) => BucketKeys
  readonly ofMarks: (account: string) => MarkKeys
  /** The indexes of all groups, for sweeps. */
  readonly sessionEnds: ReadonlyArray<string>
  readonly tokenEnds: ReadonlyArray<string>
  readonly codeEnds: ReadonlyArray<string>
  readonly challengeEnds: ReadonlyArray<string>
  readonly bucketGroups: ReadonlyArray<Omit<BucketKeys, "self">>
  readonly markEnds: ReadonlyArray<string>
}

const PREFIX = /^[\w.:-]{1,100}$/

export const makeKeys = (prefix: string): Keys => {
  if (!PREFIX.test(prefix)) throw new Error("`prefix` must be 1 to 100 letters, digits, or any of _ . : -")
  const groups = Array.from({ length: GROUPS }, (_, n) => `{${prefix}:${n.toString(16).padStart(2, "0")}}`)
  const groupOf = (text: string): string => groups[hash(text) % GROUPS] ?? ""
  const bucketGroups = groups.map((group) => ({
    ends: `${group}:bucket-ends`,
    stem: `${group}:bucket:`,
    sharedStem: `${group}:shared-bucket:`
  }))
  const directory = `{${prefix}}`
  const audit = `{${prefix}:audit}`
  return {
    directory: {
      usernames: `${directory}:usernames`,
      emails: `${directory}:emails`,
      usernameOf: `${directory}:username-of`,
      emailOf: `${directory}:email-of`,
      users: `${directory}:users`,
      names: `${directory}:names`,
      allSuperusers: `${directory}:all-superusers`,
      inactive: `${directory}:inactive`,
      superusers: `${directory}:superusers`,
      setup: `${directory}:setup`,
      intents: `${directory}:intents`,
      sequence: `${directory}:sequence`,
      imported: `${directory}:imported`,
      openChallenges: `${directory}:open-challenges`,
      ofUserCode: (hash) => `${directory}:user-code:${hash}`,
      incarnation: `${directory}:incarnation`,
      bucketSecret: `${directory}:bucket-secret`,
      layout: `${directory}:layout`
    },
    audit: {
      records: `${audit}:records`,
      end: `${audit}:end`,
      start: `${audit}:start`,
      ofType: (type) => `${audit}:type:${type}`,
      ofUser: (id) => `${audit}:user:${id}`,
      ofRequest: (id) => `${audit}:request:${id}`
    },
    settings: `{${prefix}:settings}:kept`,
    ofOwner: (id) => {
      const group = groupOf(id)
      return {
        user: `${group}:user:${id}`,
        gone: `${group}:gone:${id}`,
        sessions: `${group}:sessions:${id}`,
        sessionEnds: `${group}:session-ends`,
        tokens: `${group}:tokens:${id}`,
        tokenEnds: `${group}:token-ends`,
        codes: `${group}:codes:${id}`,
        codeEnds: `${group}:code-ends`,
        claims: `${group}:claims:${id}`
      }
    },
    ofChallenge: (id) => {
      const group = groupOf(id)
      return { self: `${group}:challenge:${id}`, ends: `${group}:challenge-ends` }
    },
    ofBucket: (key, place) => {
      const group = bucketGroups[place % GROUPS]
      if (group === undefined) throw new RangeError("not a place")
      return { ...group, self: group.stem + key }
    },
    ofMarks: (account) => {
      const group = groupOf(account)
      return { self: `${group}:marks:${account}`, ends: `${group}:mark-ends` }
    },
    sessionEnds: groups.map((group) => `${group}:session-ends`),
    tokenEnds: groups.map((group) => `${group}:token-ends`),
    codeEnds: groups.map((group) => `${group}:code-ends`),
    challengeEnds: groups.map((group) => `${group}:challenge-ends`),
    bucketGroups,
    markEnds: groups.map((group) => `${group}:mark-ends`)
  }
}

/** The fields of the hashes of sessions and of tokens. */
export const fieldOfHash = (hash: SecretHash): string => `h:${hash}`
export const hashOfField = (field: string): SecretHash => SecretHash(field.slice(fieldOfHash(SecretHash("")).length))
export const FIELDS_OF_HASHES = fieldOfHash(SecretHash("*"))
export const fieldOfId = (id: SessionId | TokenId): string => `i:${id}`

/** FNV-1a. It spreads owners and challenges over groups; it is not for security, and must never change. */
const hash = (text: string): number => {
  let sum = 0x811c9dc5
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193)
  return sum >>> 0
}
