import { createHash, generateKeyPairSync, sign } from "node:crypto"

/** A certificate in PEM that is signed by itself, and its key. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** Makes a certificate for a host name, valid for a day. Written out here, so that no key lies in the repository. */
export const makeCertificate = (host: string): Certificate => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const spki = publicKey.export({ type: "spki", format: "der" })
  const name = sequence(set(sequence(oid("550403"), tagged(0x0c, Buffer.from(host)))))
  const day = 86_400_000
  const validity = sequence(time(Date.now() - day), time(Date.now() + day))
  const isAuthority = sequence(
    oid("551d13"),
    tagged(0x01, Buffer.from([0xff])),
    octets(sequence(tagged(0x01, Buffer.from([0xff]))))
  )
  const names = sequence(oid("551d11"), octets(sequence(alternative(host))))
  const extensions = tagged(0xa3, sequence(isAuthority, names))
  const version = tagged(0xa0, integer(Buffer.from([2])))
  const serial = integer(createHash("sha256").update(spki).digest().subarray(0, 8).with(0, 1))
  const body = sequence(version, serial, ecdsaWithSha256, name, validity, name, spki, extensions)
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, privateKey)]))
  return {
    cert: pem("CERTIFICATE", sequence(body, ecdsaWithSha256, signature)),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  }
}

/** DER: a tag, a length, and what is in it. */
const tagged = (tag: number, content: Uint8Array): Buffer => {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: ReadonlyArray<Uint8Array>) => tagged(0x30, Buffer.concat(parts))
const set = (...parts: ReadonlyArray<Uint8Array>) => tagged(0x31, Buffer.concat(parts))
const octets = (content: Uint8Array) => tagged(0x04, content)
const integer = (content: Uint8Array) => tagged(0x02, content)
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, "hex"))
const time = (instant: number) =>
  tagged(0x17, Buffer.from(`${new Date(instant).toISOString().slice(2, 19).replace(/[-:T]/g, "")}Z`))

const alternative = (host: string): Buffer => {
  const isAddress = /^[\d.]+$/.test(host)
  return isAddress ? tagged(0x87, Buffer.from(host.split(".").map(Number))) : tagged(0x82, Buffer.from(host))
}

const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"))

const pem = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${der.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END ${label}-----\n`
