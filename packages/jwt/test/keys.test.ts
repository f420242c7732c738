import { generateKeyPairSync } from "node:crypto"
import { ConfigurationError, reveal, SignedTokens } from "@latchkey/core"
import * as Context from "effect/Context"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "vitest"
import { jwt } from "../src/jwt.ts"
import type { JwtOptions, SigningKey } from "../src/jwt-options.ts"
import { ada, hs256, OTHER_SECRET, openScene, partsOf, SECRET } from "./scene.ts"

const ed25519 = generateKeyPairSync("ed25519")
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" })
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })

const privateOf = ({ privateKey }: typeof ed25519) => privateKey.export({ type: "pkcs8", format: "pem" }).toString()
const publicOf = ({ publicKey }: typeof ed25519) => publicKey.export({ type: "spki", format: "pem" }).toString()
const jwkOf = ({ privateKey }: typeof ed25519) => privateKey.export({ format: "jwk" }) as { readonly kty: string }

/** What a start with these options says is wrong. */
const problemsWith = async (options: Partial<JwtOptions>): Promise<ReadonlyArray<string>> => {
  const failed = await openScene(options).then(
    () => null,
    (error: unknown) => error
  )
  if (failed === null) return []
  if (!(failed instanceof ConfigurationError)) throw failed
  expect(failed.message).not.toContain(SECRET)
  return failed.problems.map(({ setting, problem }) => `${setting} ${problem}`)
}

describe("a secret", () => {
  const weak: Readonly<Record<string, readonly [secret: string, says: RegExp]>> = {
    "that is too short": ["Zk7Pw2RbN9xTq4LmC6vJh8Yd3FsGa5U", /fewer than 32 bytes/],
    "of the documents of fastapi-users": ["SECRET", /fewer than 32 bytes/],
    "of the tutorial of FastAPI": ["09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", /example/],
    "of jwt.io": ["a-string-secret-at-least-256-bits-long", /example/],
    "of older jwt.io": ["your-256-bit-secret-your-256-bit-secret", /example/],
    "to be changed": ["change-me-change-it-before-production!!", /example/],
    "of a template": ["PLEASE_CHANGE_THIS_KEY_0123456789abcdef", /example/],
    "that is a file": [`${SECRET}\n`.repeat(40), /more than 1024 bytes/],
    "of one letter": ["a".repeat(64), /repeats itself/],
    "of few letters": ["0101101001101001011010010110100101101001", /repeats itself/],
    "of a repeated word": ["latchkey42".repeat(4), /repeats itself/],
    "of a repeated word that is cut off": ["Zk7Pw2RbN9xTq4LmZk7Pw2RbN9xTq4LmZk7Pw2", /repeats itself/]
  }
  for (const [name, [key, says]] of Object.entries(weak))
    it(`JWT-02 ${name} is refused at start, with the mend`, async () => {
      const [problem, ...more] = await problemsWith({ keys: [{ algorithm: "HS256", key }] })
      expect(more).toEqual([])
      expect(problem).toMatch(says)
      expect(problem).toMatch(/^accessTokens\.keys\[0\] .*openssl rand -base64 48/)
      expect(problem).not.toContain(key)
    })

  const der = (pair: typeof ed25519) => pair.publicKey.export({ type: "spki", format: "der" }).toString("base64")
  const written: Readonly<Record<string, string>> = {
    "a public key": publicOf(ed25519),
    "a public key with a line before it": `# of the old system\n${publicOf(p256)}`,
    "a private key": privateOf(ed25519),
    "the inside of a public key": der(ed25519),
    "the inside of another public key": der(p256),
    "the inside of a public key of RSA": der(rsa as never),
    "a public key for SSH": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0m4hZ7yqv2kWcR9sNfLx",
    "a JWK": JSON.stringify(jwkOf(ed25519)),
    "a list of keys": JSON.stringify([hs256]),
    "JSON that is cut off": `{ "keys": [${JSON.stringify(hs256)}`
  }
  for (const [name, key] of Object.entries(written))
    it(`JWT-02 ${name} is no secret, neither for new tokens nor for old ones`, async () => {
      expect(await problemsWith({ keys: [{ algorithm: "HS256", key }] })).toEqual([
        'accessTokens.keys[0] is a key pair or a part of one, no secret: give its algorithm, "EdDSA" or "ES256"'
      ])
      expect(await problemsWith({ oldTokens: { key, until: "2026-02-01" } })).toEqual([
        "accessTokens.oldTokens.key is a key pair or a part of one, no secret: only tokens of HS256 go on"
      ])
    })

  it("JWT-02 of 32 random bytes is a key, as text of any kind, or wrapped", async () => {
    const hex = "5f2c9be1a07d4836ee90b1d27c45fa389d61c0e47b2358af1c6de9704b83a5f2"
    for (const key of [
      SECRET,
      hex,
      "{aT7[x9#Qm2}Lw5(Zr8)Kv4]Jp1!Ng6%",
      `MC${SECRET}`,
      Redacted.make(SECRET),
      "Ключ из тридцати двух байт №7"
    ])
      expect(await problemsWith({ keys: [{ algorithm: "HS256", key }] })).toEqual([])
  })
})

describe("a ring", () => {
  const wrong: Readonly<Record<string, readonly [options: unknown, says: RegExp]>> = {
    "without keys": [{ keys: [] }, /must be 1 to 3 keys/],
    "of four keys": [{ keys: [hs256, hs256, hs256, hs256] }, /must be 1 to 3 keys/],
    "that is no list": [{ keys: hs256 }, /must be 1 to 3 keys/],
    "with an algorithm that is not ours": [{ keys: [{ algorithm: "HS512", key: SECRET }] }, /must have the algorithm/],
    "with null in it": [{ keys: [null] }, /must have the algorithm/],
    "with a secret that is no text": [{ keys: [{ algorithm: "HS256", key: 7 }] }, /must have its key as text/],
    "without a secret": [{ keys: [{ algorithm: "HS256" }] }, /must have its key as text/],
    "with an RSA key": [{ keys: [{ algorithm: "ES256", key: privateOf(rsa as never) }] }, /must be a P-256 key/],
    "with a key of the other algorithm": [{ keys: [{ algorithm: "EdDSA", key: privateOf(p256) }] }, /an Ed25519 key/],
    "with junk in place of PEM": [{ keys: [{ algorithm: "EdDSA", key: SECRET }] }, /an Ed25519 key/],
    "with no key": [{ keys: [{ algorithm: "EdDSA" }] }, /must have its key as PEM or as a JWK/],
    "whose first key is public": [
      { keys: [{ algorithm: "EdDSA", key: publicOf(ed25519) }] },
      /must be the private key/
    ],
    "with two keys of one name": [
      {
        keys: [
          { ...hs256, kid: "a" },
          { algorithm: "HS256", key: OTHER_SECRET, kid: "a" }
        ]
      },
      /two keys with one kid/
    ],
    "with one key twice": [{ keys: [hs256, hs256] }, /two keys with one kid/],
    "with a name that has a space": [{ keys: [{ ...hs256, kid: "a b" }] }, /must have a kid/],
    "with a JWK whose halves are of two keys": [
      {
        keys: [
          {
            algorithm: "EdDSA",
            key: { ...jwkOf(ed25519), x: (jwkOf(generateKeyPairSync("ed25519")) as never as { x: string }).x }
          }
        ]
      },
      /an Ed25519 key/
    ],
    "that comes later": [{ keys: Promise.resolve([hs256]) }, /must be 1 to 3 keys.*`await` is missing/],
    "with a key that comes later": [{ keys: [Promise.resolve(hs256)] }, /`await` is missing/],
    "with a secret that comes later": [
      { keys: [{ algorithm: "HS256", key: Promise.resolve(SECRET) }] },
      /must have its key as text.*`await` is missing/
    ],
    "with a mistyped name in a key": [
      { keys: [{ ...hs256, kidd: "a" }] },
      /keys\[0\] cannot have kidd: did you mean kid\?/
    ],
    "with a mistyped option": [{ statless: true }, /accessTokens cannot have statless: did you mean stateless\?/],
    "with old tokens that come later": [{ oldTokens: Promise.resolve({}) }, /oldTokens must be.*`await` is missing/],
    "with an audience that is empty": [{ audience: [] }, /accessTokens\.audience must be/],
    "with an issuer that is empty": [{ issuer: "" }, /accessTokens\.issuer must be set/],
    "with a flag in words": [{ stateless: "yes" }, /accessTokens\.stateless must be true or false/]
  }
  for (const [name, [options, says]] of Object.entries(wrong))
    it(`JWT-02 ${name} is refused at start`, async () => {
      const problems = await problemsWith(options as Partial<JwtOptions>)
      expect(problems).toHaveLength(1)
      expect(problems[0]).toMatch(says)
    })

  it("JWT-02 names every problem at once", async () => {
    const keys = [
      { algorithm: "HS256", key: "short" },
      { algorithm: "EdDSA", key: "junk" }
    ] as const
    expect(await problemsWith({ keys, issuer: "" })).toHaveLength(3)
  })

  it("JWT-02 options that are none are refused at start: jwt({ keys })", async () => {
    for (const options of [undefined, null, SECRET, [hs256], Promise.resolve({ keys: [hs256] })]) {
      const failed = await openScene({}, { accessTokens: jwt(options as never) }).catch((error: unknown) => error)
      expect(failed).toMatchObject({ problems: [{ setting: "accessTokens" }] })
      expect(String(failed)).not.toContain(SECRET)
    }
  })

  it("what is no ring at all is refused with the option's name", async () => {
    const failed = await openScene({}, { accessTokens: { keys: [hs256] } as never }).catch((error: unknown) => error)
    expect(failed).toMatchObject({ problems: [{ setting: "accessTokens" }] })
  })

  const pairs: ReadonlyArray<readonly [string, SigningKey]> = [
    ["an Ed25519 key in PEM", { algorithm: "EdDSA", key: privateOf(ed25519) }],
    ["an Ed25519 key as a JWK", { algorithm: "EdDSA", key: jwkOf(ed25519) }],
    ["a P-256 key in PEM", { algorithm: "ES256", key: privateOf(p256) }],
    ["a P-256 key as a JWK", { algorithm: "ES256", key: jwkOf(p256) }],
    [
      "a JWK that says what it is for",
      { algorithm: "ES256", key: { ...jwkOf(p256), use: "sig", key_ops: ["sign"], alg: "ES256" } }
    ]
  ]
  for (const [name, key] of pairs)
    it(`JWT-13 ${name} signs, and its public half alone is published`, async () => {
      const { auth, who } = await openScene({ keys: [key] })
      const { secret } = await auth.sessions.logIn(ada)
      expect(await who(secret)).toMatchObject({ via: "bearer" })
      const { header } = partsOf(secret)
      const keys = Context.get(auth.context, SignedTokens)?.publicKeys
      expect(keys).toMatchObject([{ kid: header.kid, alg: key.algorithm, use: "sig" }])
      expect(JSON.stringify(keys)).not.toMatch(/"(?:d|k|p|q|key_ops)":/)
    })

  it("JWT-13 a secret key is never published, also beside others", async () => {
    const alone = await openScene()
    expect(Context.get(alone.auth.context, SignedTokens)?.publicKeys).toBeNull()
    const both = await openScene({ keys: [hs256, { algorithm: "EdDSA", key: publicOf(ed25519), kid: "next" }] })
    expect(Context.get(both.auth.context, SignedTokens)?.publicKeys).toMatchObject([{ kid: "next", kty: "OKP" }])
  })
})

describe("a change of keys", () => {
  const next = { algorithm: "HS256", key: OTHER_SECRET } as const

  it("JWT-08 logs nobody out: the old key verifies, the new one signs, and the old one ends what it signed when it goes", async () => {
    const before = await openScene()
    const { secret: old } = await before.auth.sessions.logIn(ada)
    const during = await openScene({ keys: [next, hs256] }, { tables: before.tables })
    expect(await during.who(old)).toMatchObject({ via: "bearer" })
    const { secret: fresh } = await during.auth.sessions.logIn(ada)
    expect(partsOf(fresh).header.kid).not.toBe(partsOf(old).header.kid)
    const after = await openScene({ keys: [next] }, { tables: before.tables })
    expect(await after.who(fresh)).toMatchObject({ via: "bearer" })
    expect(await after.who(old)).toBeNull()
    expect(await before.who(fresh)).toBeNull()
  })

  it("JWT-08 may change the algorithm, and a public key is enough for the one that went", async () => {
    const before = await openScene({ keys: [{ algorithm: "ES256", key: privateOf(p256) }] })
    const { secret } = await before.auth.sessions.logIn(ada)
    const keys = [
      { algorithm: "EdDSA", key: privateOf(ed25519) },
      { algorithm: "ES256", key: publicOf(p256) }
    ] as const
    const after = await openScene({ keys }, { tables: before.tables })
    expect(await after.who(secret)).toMatchObject({ via: "bearer" })
    expect(partsOf((await after.auth.sessions.logIn(ada)).secret).header.alg).toBe("EdDSA")
  })

  it("two machines with the same keys accept each other's tokens", async () => {
    const [one, two] = [await openScene(), await openScene()]
    const { secret } = await one.auth.sessions.logIn(ada)
    expect(reveal(secret)).toMatch(/^eyJ/)
    expect(await two.who(secret)).toBeNull() // another store
    const three = await openScene({}, { tables: one.tables })
    expect(await three.who(secret)).toMatchObject({ via: "bearer" })
  })
})

describe("the parties of a token", () => {
  it("JWT-03 are as the options say, and a token for others opens nothing", async () => {
    const made = await openScene({ issuer: "https://id.example.org", audience: ["fastapi-users:auth"] })
    const { secret } = await made.auth.sessions.logIn(ada)
    expect(partsOf(secret).claims).toMatchObject({ iss: "https://id.example.org", aud: ["fastapi-users:auth"] })
    expect(await made.who(secret)).toMatchObject({ via: "bearer" })
    for (const other of [{}, { issuer: "https://id.example.org" }, { audience: ["fastapi-users:auth"] }]) {
      const scene = await openScene(other, { tables: made.tables })
      expect(await scene.who(secret)).toBeNull()
    }
  })

  it("JWT-03 need an issuer where there is no publicUrl", async () => {
    const failed = await openScene({}, { publicUrl: undefined as never }).catch((error: unknown) => error)
    expect(failed).toMatchObject({ problems: [{ setting: "accessTokens.issuer" }] })
  })
})
