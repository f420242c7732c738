import type {
  AccountName,
  AccountNameKind,
  CanonicalName,
  ChangeByOthers,
  Instant,
  NewUser,
  Proof,
  ProvedChange,
  UserChange,
  UserFilter,
  UserId,
  UserListing,
  UserSearch,
  UserStore,
  UserWithPassword
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { accountName, everyone, minute, sampleUser, usersPage } from "../laws/samples.ts"
import { type Call, call, whileThere } from "./command.ts"
import type { Scene } from "./scene.ts"

/** The logins that users meet at. */
const logins = [0, 1, 2, 3].flatMap(
  (n): ReadonlyArray<CanonicalName> => [
    { kind: "username", canonical: `name${n}` },
    { kind: "email", canonical: `name${n}@example.org` }
  ]
)

/** Often one of a few, so that two users want the same; otherwise a new one. */
const login = ({ below, count, percent }: Scene, kind: AccountNameKind): AccountName => {
  const name = accountName(`Name${percent(60) ? below(4) : 4 + count()}${kind === "email" ? "@example.org" : ""}`)
  return percent(20) ? { ...name, typed: name.typed.toUpperCase() } : name
}

/** Somebody with a new id, whose names are often taken. */
export const newUser = (scene: Scene, isSuperuser: boolean): NewUser => {
  const lacks = scene.pick(["neither", "neither", "username", "email"])
  const username = lacks === "username" ? null : login(scene, "username")
  const email = lacks === "email" ? null : login(scene, "email")
  const at = scene.now()
  const { user } = sampleUser(0, {
    id: scene.newUserId(),
    username: username?.typed ?? null,
    email: email?.typed ?? null,
    isActive: isSuperuser || scene.percent(80),
    isSuperuser: isSuperuser || scene.percent(20),
    isVerified: scene.percent(50),
    createdAt: at,
    updatedAt: at
  })
  return {
    user,
    canonicalUsername: username?.canonical ?? null,
    canonicalEmail: email?.canonical ?? null,
    passwordHash: passwordHash(scene),
    revocations: 0
  }
}

const hashes = ["hash", "HASH"] as const

const passwordHash = ({ pick }: Scene): string | null => pick([null, ...hashes])

/** How a change names a field: how often, with what, and beside which others. */
interface Named<Value> {
  readonly percent: number
  readonly beside: "names" | "states" | "both"
  readonly make: (scene: Scene) => Value
}

/**
 * Names, or states, never both: if a name is taken and the superuser is the last one, the contract leaves open which of the
 * two errors a store returns. A new field does not compile until it is here.
 */
const named: { readonly [Field in keyof UserChange]-?: Named<Required<UserChange>[Field]> } = {
  isVerified: { percent: 20, beside: "both", make: ({ percent }) => percent(50) },
  username: { percent: 75, beside: "names", make: (scene) => login(scene, "username") },
  email: { percent: 75, beside: "names", make: (scene) => login(scene, "email") },
  isActive: { percent: 60, beside: "states", make: ({ percent }) => percent(40) },
  isSuperuser: { percent: 60, beside: "states", make: ({ percent }) => percent(50) },
  mustChangePassword: { percent: 20, beside: "both", make: ({ percent }) => percent(50) },
  roles: { percent: 20, beside: "both", make: ({ pick }) => pick([[], ["editor"], ["author", "editor"]]) }
}

const changes = (scene: Scene): UserChange => {
  const pick = (beside: Named<unknown>["beside"]) =>
    Object.entries(named).flatMap(([name, field]) =>
      field.beside === beside && scene.percent(field.percent) ? [[name, field.make(scene)]] : []
    )
  const fields = pick("both")
  return Object.fromEntries([...fields, ...pick(scene.percent(50) ? "names" : "states")]) as UserChange // each as `named` has it
}

const byOthers = (scene: Scene): ChangeByOthers => ({
  ...changes(scene),
  ...(scene.percent(20) ? { codes: "end" } : {})
})

/** Now, or before: the clocks of two machines differ. */
const aboutNow = ({ now, below }: Scene): Instant => now() - below(3) * minute

/** Adds a user, as every list does. */
export const userInsert = (scene: Scene): Call =>
  call("users.insert", [newUser(scene, false)], ({ users }, row) => Effect.asVoid(users.insert(row)))

/** With free logins. With a taken one, the contract leaves open which of the two errors a store returns. */
const insertAgain = (scene: Scene): Call => {
  const n = scene.count()
  const again = sampleUser(n, { id: scene.user(), username: `Again${n}`, email: `Again${n}@example.org` })
  return whileThere(
    again.user.id,
    call("users.insert", [again], ({ users }, row) => users.insert(row))
  )
}

const change = (scene: Scene): Call =>
  call("users.change", [scene.user(), byOthers(scene), aboutNow(scene)], ({ users }, ...args) => users.change(...args))

/** As seen, or as it is not. Then the change names nothing that could fail as well. */
const edit = (scene: Scene): Call => {
  const isSeen = scene.percent(70)
  const args = [
    scene.user(),
    isSeen,
    isSeen ? byOthers(scene) : { roles: ["late"], codes: "end" as const },
    aboutNow(scene)
  ] as const
  return call("users.edit", args, ({ users }, id, isSeen, change, at) =>
    Effect.flatMap(users.find(id), (user) => {
      const seen = user ?? sampleUser(0).user
      return users.edit(id, isSeen ? seen : { ...seen, isVerified: !seen.isVerified }, change, at)
    })
  )
}

const findByName = (login: CanonicalName): Call =>
  call("users.findByName", [login], ({ users }, login) => users.findByName(login))

/** Removes a user, as the other parts notice. */
export const userRemove = ({ user }: Scene): Call => removeOf(user())

const removeOf = (id: UserId): Call => call("users.remove", [id], ({ users }, id) => users.remove(id, null))

/** Removes a user who decided a CLI login, or who has a code. */
export const deciderRemove = ({ challenge }: Scene): Call => removeOf(challenge("denied", "redeemed").key.owner)
export const codeOwnerRemove = ({ code }: Scene): Call => removeOf(code().owner)

/** How a proof is made of the user as it is. Sample addresses are canonical in lower case. */
const proofs: Readonly<Record<string, (found: UserWithPassword) => Proof>> = {
  fits: ({ user, revocations }) => ({ epoch: user.epoch, revocations }),
  "any count": ({ user }) => ({ epoch: user.epoch, revocations: null }),
  address: ({ user }) => ({ epoch: user.epoch, revocations: null, canonicalEmail: user.email?.toLowerCase() ?? null }),
  "another epoch": ({ user, revocations }) => ({ epoch: user.epoch + 1, revocations }),
  "another count": ({ user, revocations }) => ({ epoch: user.epoch, revocations: revocations + 1 }),
  "another address": ({ user }) => ({
    epoch: user.epoch,
    revocations: null,
    canonicalEmail: user.email === null ? "" : null
  }),
  "the address as typed": ({ user }) => ({ epoch: user.epoch, revocations: null, canonicalEmail: user.email })
}

/**
 * With names, with a password that keeps a session, or with what a code from a mailbox changes, and mostly with a proof that fits. A
 * taken name beside a proof that does not fit leaves open which of the two answers a store gives, so such a change has a free name.
 */
const changeWithProof = (scene: Scene): Call => {
  const { percent, pick, count, session } = scene
  const n = 1_000 + count()
  const fits = percent(60)
  const free = { username: accountName(`Name${n}`), email: accountName(`Name${n}@example.org`) }
  const taken = pick([{ username: login(scene, "username") }, { email: login(scene, "email") }])
  const names = percent(50) ? {} : fits ? taken : free
  const key = percent(70) ? session().key : { owner: scene.user(), id: null }
  const password = percent(60)
    ? { password: { hash: percent(85) ? pick(hashes) : null, mustChangePassword: percent(50), keep: key.id } }
    : {}
  const mailbox = percent(50) ? {} : { isVerified: percent(70) }
  const change: ProvedChange = { ...names, ...password, ...mailbox }
  const fitting = ["fits", "any count", "address"] as const
  const unfit = ["another epoch", "another count", "another address", "the address as typed"] as const
  const args = [key.owner, change, pick<string>(fits ? fitting : unfit), scene.now()] as const
  return call("users.changeWithProof", args, ({ users }, id, change, proof, at) =>
    Effect.flatMap(proofOf(users, id, proof), (made) => users.changeWithProof(id, change, made, at))
  )
}

/** The proof of a kind, of a user as they now are. */
const proofOf = (users: UserStore, id: UserId, kind: string) =>
  Effect.map(users.findWithPassword(id), (found): Proof => {
    const made = found === null ? undefined : proofs[kind]?.(found)
    return made ?? { epoch: 0, revocations: 0 }
  })

/** Removes a user with a proof, which fits or names another epoch, count or address. */
export const provedRemove = ({ user, pick }: Scene): Call =>
  call("users.remove", [user(), pick(Object.keys(proofs))], ({ users }, id, kind) =>
    Effect.flatMap(proofOf(users, id, kind), (proof) => users.remove(id, proof))
  )

/** Mostly of the address that the user has by then. */
const releaseEmail = (scene: Scene): Call => {
  const args = [scene.user(), scene.percent(70), login(scene, "email").canonical, scene.now()] as const
  return call("users.releaseEmail", args, ({ users }, id, isOwn, other, at) =>
    Effect.flatMap(users.find(id), (found) =>
      users.releaseEmail(id, isOwn ? (found?.email?.toLowerCase() ?? other) : other, at)
    )
  )
}

const queries = [null, null, "name", "name1", "name1@", "n", "@", "@example", "NAME", "%", ""] as const

/** Some users, of a query and a filter that are often not there. */
const search = ({ percent, pick, user }: Scene): UserSearch => {
  const flag = (name: "isActive" | "isSuperuser" | "isVerified"): UserFilter =>
    percent(30) ? { [name]: percent(50) } : {}
  const role = percent(20) ? { role: "editor" } : {}
  const filter = { ...flag("isActive"), ...flag("isSuperuser"), ...flag("isVerified"), ...role }
  return { query: pick([...queries, user()]), filter }
}

/** A page of them, from the start or from somewhere. */
const listing = (scene: Scene): UserListing => {
  const { below, percent, pick, user } = scene
  const after = percent(50) ? null : { name: pick(["", "name", `name${below(4)}`, "@example.org", "z"]), id: user() }
  return { ...search(scene), after, limit: 1 + below(4) }
}

const searches: ReadonlyArray<UserSearch> = [
  everyone,
  { ...everyone, query: "name" },
  { ...everyone, query: "@" },
  { query: null, filter: { isActive: false } },
  { query: null, filter: { isSuperuser: true } },
  { query: null, filter: { isVerified: true } },
  { query: null, filter: { role: "editor" } }
]

/** Reads everything about the users. */
export const userLooks = ({ users }: Scene): ReadonlyArray<Call> => [
  call("users.list", [usersPage(10_000)], (store, page) => store.users.list(page)),
  ...searches.map((search) =>
    call("users.list", [{ ...search, after: null, limit: 9 }], (store, page) => store.users.list(page))
  ),
  ...searches.map((search) => call("users.count", [search], (store, search) => store.users.count(search))),
  call("users.isSetUp", [], (store) => store.users.isSetUp),
  ...users().map((id) => call("users.findWithPassword", [id], (store, id) => store.users.findWithPassword(id))),
  ...logins.map(findByName)
]

const insertFirstAdmin = (scene: Scene): Call =>
  call("users.insertFirstAdmin", [newUser(scene, true)], ({ users }, row) => users.insertFirstAdmin(row))

/** The other commands about users. A repeated one is chosen more often. */
export const userCommands: ReadonlyArray<(scene: Scene) => Call> = [
  insertAgain,
  insertFirstAdmin,
  insertFirstAdmin,
  () => call("users.isSetUp", [], ({ users }) => users.isSetUp),
  ({ user }) => call("users.find", [user()], ({ users }, id) => users.find(id)),
  ({ pick }) => findByName(pick(logins)),
  ({ user }) => call("users.findWithPassword", [user()], ({ users }, id) => users.findWithPassword(id)),
  (scene) => call("users.list", [listing(scene)], ({ users }, page) => users.list(page)),
  (scene) => call("users.count", [search(scene)], ({ users }, search) => users.count(search)),
  change,
  change,
  change,
  edit,
  edit,
  changeWithProof,
  changeWithProof,
  releaseEmail,
  ({ user }) => call("users.countRevocation", [user()], ({ users }, id) => Effect.asVoid(users.countRevocation(id))),
  ({ user, pick }) => {
    const change = { from: pick(hashes), to: pick(hashes) }
    return call("users.rehash", [user(), change], ({ users }, ...args) => users.rehash(...args))
  },
  ({ user, now }) =>
    call("users.endCredentials", [user(), now()], ({ users }, ...args) => users.endCredentials(...args)),
  (scene) => {
    const { user, pick, percent, now } = scene
    const email = percent(50) ? { email: login(scene, "email") } : {}
    const promotion = { passwordHash: pick(hashes), mustChangePassword: percent(50), ...email }
    return call("users.promote", [user(), promotion, now()], ({ users }, ...args) => users.promote(...args))
  },
  (scene) =>
    call("users.recordLogin", [scene.user(), aboutNow(scene)], ({ users }, ...args) =>
      Effect.asVoid(users.recordLogin(...args))
    ),
  userRemove
]
