import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import type { Auth } from "../src/auth/create-auth.ts"
import type { Mail } from "../src/mail/mail.ts"
import { reveal } from "../src/secret/secret-text.ts"
import { createTestAuth, testAdmin } from "../src/testing/create-test-auth.ts"
import type { User } from "../src/user/user.ts"
import { ada, newPassword } from "./people.ts"

/** What every way finds: Ada, who has a password, and the mails that were sent. */
interface Scene {
  readonly auth: Auth
  readonly user: User
  /** The token of the only mail of a kind, once it is sent. */
  readonly tokenOf: (kind: Mail["kind"]) => Promise<string>
}

/** Every way in which a new password comes, by the file that takes it. */
const ways: Readonly<Record<string, Readonly<Record<string, (scene: Scene) => Promise<unknown>>>>> = {
  "user/users.ts": {
    register: ({ auth }) => auth.users.register({ username: "bob", password: newPassword })
  },
  "user/create-user.ts": {
    create: ({ auth }) => auth.users.create({ username: "bob", password: newPassword })
  },
  "user/change-self.ts": {
    "change of self": ({ auth, user }) => auth.users.changeSelf({ user }, { password: newPassword })
  },
  "password/passwords.ts": {
    change: ({ auth, user }) => auth.passwords.change({ user: user.id, current: ada.password, next: newPassword }),
    set: ({ auth, user }) => auth.passwords.set({ user, next: newPassword }),
    vet: ({ auth }) => auth.passwords.vet(newPassword, [])
  },
  "recovery/reset.ts": {
    "reset by mail": async ({ auth, tokenOf }) => {
      await auth.recovery.forgot(ada.email)
      return auth.recovery.reset(await tokenOf("reset"), newPassword)
    },
    invitation: async ({ auth }) => {
      const guest = await auth.users.create({ email: "guest@example.org" })
      const { secret } = await auth.recovery.invite(guest.id)
      return auth.recovery.accept(reveal(secret), newPassword)
    }
  },
  "admin/set-password.ts": {
    "a user, by an administrator": async ({ auth, user }) => {
      const root = await auth.sessions.logIn(testAdmin)
      const identity = { user: root.user, via: "bearer", scopes: "all", pending: null, session: root.session } as const
      return auth.admin.setPassword(identity, user.id, newPassword)
    }
  },
  "user/set-password.ts": {
    "a user, by whoever runs the server": ({ auth, user }) => auth.users.setPassword(user.id, newPassword)
  },
  "setup/setup.ts": {
    setup: async () => {
      const { auth } = await createTestAuth({ admin: null, hooks: { validatePassword: refuseNew } })
      const token = await auth.setup.issueToken()
      return auth.setup.createFirstAdmin({ username: "bob", password: newPassword, token })
    }
  },
  "setup/seed-admin.ts": {
    "configured administrator": () =>
      createTestAuth({ admin: { ...testAdmin, password: newPassword }, hooks: { validatePassword: refuseNew } })
  }
}

const refuseNew = (password: string) => (password === newPassword ? "Not this one." : null)

const open = async (): Promise<Scene> => {
  const mails: Array<Mail> = []
  const { auth, clock } = await createTestAuth({
    admin: { ...testAdmin, maySetPassword: true },
    hooks: { validatePassword: refuseNew },
    mailer: {
      send: async (mail) => {
        mails.push(mail)
      }
    }
  })
  return {
    auth,
    user: await auth.users.create({ ...ada, isVerified: true }),
    tokenOf: async (kind) => {
      await clock.advance("2 seconds")
      return mails.find((mail) => mail.kind === kind)?.token ?? ""
    }
  }
}

for (const [file, waysOfFile] of Object.entries(ways))
  for (const [name, way] of Object.entries(waysOfFile))
    test(`EVT-01 the hook validatePassword judges the password of ${name} (${file})`, async () => {
      const scene = await open()
      const refusal = await way(scene).then(
        () => null,
        (error: unknown) => error
      )
      expect(refusal).toMatchObject({ _tag: "PasswordRefused", problem: "host", reason: "Not this one." })
      // Nothing was changed: the old password opens the account.
      expect(await scene.auth.sessions.logIn(ada)).toMatchObject({ user: { id: scene.user.id } })
    })

test("EVT-01 no file makes a hash of a new password that this list leaves out", () => {
  const root = fileURLToPath(new URL("../src/", import.meta.url))
  const makers = globSync("**/*.ts", { cwd: root })
    .filter((path) => !path.endsWith(".test.ts"))
    .filter((path) =>
      /\bmake(?:For\([\w.]+, |\()(?:admin\.)?(?:password|wanted\.next|next)\b/.test(readFileSync(root + path, "utf8"))
    )
    .map((path) => path.replaceAll("\\", "/"))
  expect(makers.toSorted()).toEqual(Object.keys(ways).toSorted())
})

test("EVT-01 a log-in and the renewal of an old hash ask no hook", async () => {
  const asked: Array<string> = []
  const { auth } = await createTestAuth({
    admin: null,
    hooks: {
      validatePassword: (password) => {
        asked.push(password)
      }
    }
  })
  const user = await auth.users.create(ada)
  asked.length = 0
  const { session } = await auth.sessions.logIn(ada)
  await auth.sessions.confirm(session, ada.password)
  await auth.sessions.logIn({ ...ada, password: "wrong" }).catch(() => {})
  expect([asked, user.username]).toEqual([[], ada.username])
})
