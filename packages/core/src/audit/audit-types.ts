import type { AuditType } from "./audit-event.ts"

/** The compiler asks for a new one. */
const types: { readonly [Type in AuditType]: true } = {
  "login.succeeded": true,
  "login.refused": true,
  "session.confirmed": true,
  "session.confirm-refused": true,
  "session.closed": true,
  "token.issued": true,
  "token.rotated": true,
  "token.imported": true,
  "token.revoked": true,
  "cli-login.approved": true,
  "cli-login.denied": true,
  "cli-login.collected": true,
  "impersonation.begun": true,
  "user.registered": true,
  "user.register-refused": true,
  "user.invited": true,
  "user.imported": true,
  "backup.restored": true,
  "user.created": true,
  "user.changed": true,
  "user.removed": true,
  "password.changed": true,
  "password.reset-requested": true,
  "email.verification-requested": true,
  "email.verified": true,
  "email.change-requested": true,
  "email.change-cancelled": true,
  "email.change-undone": true,
  "email.lost": true,
  "mail.failed": true,
  "password.change-refused": true,
  "password.hash-unreadable": true,
  "setup.completed": true,
  "setup.refused": true,
  "throttle.blocked": true,
  "request.forged": true,
  "access.denied": true,
  "cookie.ambiguous": true,
  "settings.changed": true
}

/** Every type of event, for those who let people choose one. */
export const auditTypes = Object.keys(types) as ReadonlyArray<AuditType> // as its table says
