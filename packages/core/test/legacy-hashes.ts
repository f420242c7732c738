/**
 * Hashes that other programs made, in every notation that `@latchkey/core/legacy-passwords` reads, at low costs.
 *
 * Made in December 2026 with the Debian 12 packages python3-django, python3-passlib, python3-bcrypt, python3-argon2, python3-werkzeug
 * and apache2-utils, and with `hashPassword` of `@better-auth/utils/password`. Python's own `hashlib.scrypt` made those whose
 * programs were not to be had, in the notation of their sources.
 */
export interface MadeElsewhere {
  readonly by: string
  readonly stored: string
  readonly password: string
}

const PLAIN = "seven wet umbrellas"

/** Beyond ASCII and beyond 16 bits, so that an encoding other than UTF-8 is noticed. */
const ACCENTS = "Grüße aus Łódź 🐈"

export const bcryptHashes: ReadonlyArray<MadeElsewhere> = [
  {
    by: "bcrypt 3.2.2 of Python, $2b$",
    stored: "$2b$04$.bf5Ijwe5ymi3wG6A1.x4OYLTuFItTdXeyygoDaVM4r5OkX5yxW7q",
    password: PLAIN
  },
  {
    by: "bcrypt 3.2.2 of Python, $2a$",
    stored: "$2a$04$lp28TZlglvvdhM2JNFb2YeDFFYxWbix6UqfcakaPozwWCgR/5wI8.",
    password: PLAIN
  },
  {
    by: "passlib 1.7.4 bcrypt, $2y$",
    stored: "$2y$04$48s.cUE5CPEizXYLuieQHO9waQErbjmAoQaFAKocEOCX7KkzGCY7m",
    password: PLAIN
  },
  {
    by: "Django 3.2.25 bcrypt",
    stored: "bcrypt$$2b$04$VHouQaM3xcaaCnpOWTDyduINQg2U750prxd/Yym/icYj08Pyn8TzG",
    password: PLAIN
  },
  {
    by: "Django 3.2.25 bcrypt_sha256",
    stored: "bcrypt_sha256$$2b$04$KDnVr8vTEsR6UaxjYD3s3eG6SSwO6qHKfWMUnL71t9GmKRmlDmV6S",
    password: PLAIN
  },
  {
    by: "passlib 1.7.4 bcrypt_sha256 v2",
    stored: "$bcrypt-sha256$v=2,t=2b,r=4$hjl4NNSeZh9lvqmhcDZqN.$mWEQmXmRfSg6012pMTxnlPLmUAm0nYK",
    password: PLAIN
  },
  {
    by: "passlib 1.7.4 bcrypt_sha256 v1",
    stored: "$bcrypt-sha256$2b,4$NCeG454Z9aIKxt/HyYMG3u$WzkqJi54EgaDmUwcpWVG49R/kMBxACq",
    password: PLAIN
  },
  {
    by: "bcrypt 3.2.2 of Python, $2b$",
    stored: "$2b$04$TvMTo/Z5yYJLVI2KxN7vDO0lHFZIKNTBUl8yoPmzIHNl/YhuEcIeO",
    password: ACCENTS
  },
  {
    by: "bcrypt 3.2.2 of Python, $2a$",
    stored: "$2a$04$49Sp9uWRSb121DRANF0UluLQFV.JGlSrvmfzkLfl1QFdBW1k9.bh2",
    password: ACCENTS
  },
  {
    by: "passlib 1.7.4 bcrypt, $2y$",
    stored: "$2y$04$6pJx2YCO4DmUZs5Xfwe.u.4dO6gSmVTgH0IOrIxGgn3aHFJyvBzzq",
    password: ACCENTS
  },
  {
    by: "Django 3.2.25 bcrypt",
    stored: "bcrypt$$2b$04$6MZinaRMC2wVO8UVR4SI4u4o0CizHk0mSroTZLAm.DdGjGQsW68pG",
    password: ACCENTS
  },
  {
    by: "Django 3.2.25 bcrypt_sha256",
    stored: "bcrypt_sha256$$2b$04$QrPsto4GEvLKD7MA.XjWL.mC.Vz9.Dh5MeXt3TUuRat0dAQPZvo1q",
    password: ACCENTS
  },
  {
    by: "passlib 1.7.4 bcrypt_sha256 v2",
    stored: "$bcrypt-sha256$v=2,t=2b,r=4$pmT8fT8Vb2Vl8shPgEahuu$BzPkYCwxPAn8RQBerFjKEv0M1xerm4O",
    password: ACCENTS
  },
  {
    by: "passlib 1.7.4 bcrypt_sha256 v1",
    stored: "$bcrypt-sha256$2b,4$dQeKZmCEaykNVSO/xMmSGO$OGU9ftR7hDk6G52E.wF6gFnWDmHAVeu",
    password: ACCENTS
  },
  {
    by: "htpasswd of Apache 2.4",
    stored: "$2y$04$KjWzu391zYVd26xcOf9iiugcmOCvK4gLhJOBR6U6YCtKmIgckVpNG",
    password: PLAIN
  }
]

export const pbkdf2Sha256Hashes: ReadonlyArray<MadeElsewhere> = [
  {
    by: "Django 3.2.25 pbkdf2_sha256",
    stored: "pbkdf2_sha256$1000$7Lr2fDFRLBObaHRW1FAR2B$RipyU3eYAUwr4CBoEK/J1pLP+fb+ifyMcjOLCx3k+gw=",
    password: PLAIN
  },
  {
    by: "passlib 1.7.4 pbkdf2_sha256",
    stored: "$pbkdf2-sha256$1000$5VxrrVUqRUjp/T9nTElp7Q$FghHcfeKz1H9xCUfrDXH7cFp41sg.W2GwR53KhRo9uQ",
    password: PLAIN
  },
  {
    by: "werkzeug 2.2.2 pbkdf2:sha256",
    stored: "pbkdf2:sha256:1000$VR8sT3T74O8CgBDd$78deb2fe2af9c8500c9bfafb56a6d3a8e5e67c6456ab24719c79b93746fa8a0c",
    password: PLAIN
  },
  {
    by: "Django 3.2.25 pbkdf2_sha256",
    stored: "pbkdf2_sha256$1000$DEAr1ODwncueUWslBwQCRT$SIoC76Y5uM74hw02xLCI6rhpDsKOqNx9Q8MbompEauw=",
    password: ACCENTS
  },
  {
    by: "passlib 1.7.4 pbkdf2_sha256",
    stored: "$pbkdf2-sha256$1000$UgqBsLZ2rlWKsbZWirHWOg$Lu0TThR6hE7WEr8.GWyJ7O8SI.Xq0kioS4GzVV.H3ds",
    password: ACCENTS
  },
  {
    by: "werkzeug 2.2.2 pbkdf2:sha256",
    stored: "pbkdf2:sha256:1000$6js3jy223xhU4UnC$0b46997f6eeb1bbb29599f4e73b50dd97f7a6ffbabfbbfcf075352ef2c493ff7",
    password: ACCENTS
  }
]

export const pbkdf2Sha1Hashes: ReadonlyArray<MadeElsewhere> = [
  {
    by: "Django 3.2.25 pbkdf2_sha1",
    stored: "pbkdf2_sha1$1000$g2WLWtWWicHoHOcdYubx0M$ZNW4UCbRL3ZzyDsQ8y46f68jWtQ=",
    password: PLAIN
  },
  {
    by: "passlib 1.7.4 pbkdf2_sha1",
    stored: "$pbkdf2$1000$.z/HOIdQSkmptXYOgXDuPQ$lMbrMI3v5nABffJ4pVydllKS8qw",
    password: PLAIN
  },
  {
    by: "werkzeug 2.2.2 pbkdf2:sha1",
    stored: "pbkdf2:sha1:1000$0nUEZNX7bNvBmFwY$94deede3b7e240e1d8417bfcb3c823b202ff4705",
    password: PLAIN
  },
  {
    by: "Django 3.2.25 pbkdf2_sha1",
    stored: "pbkdf2_sha1$1000$vm23eYCoaGsKoMHezZJvG0$rSlpV3ujxf/pVH2v+rf/uE5xVPw=",
    password: ACCENTS
  },
  {
    by: "passlib 1.7.4 pbkdf2_sha1",
    stored: "$pbkdf2$1000$WAuhdA4BoFTqXSuldM45Zw$E1dL/wfeymd9/FbDzr486zosz2o",
    password: ACCENTS
  },
  {
    by: "werkzeug 2.2.2 pbkdf2:sha1",
    stored: "pbkdf2:sha1:1000$OpGu3fEPTvCCkIhi$fc444336a3ec46cd60bf430e0f4471ee817256a2",
    password: ACCENTS
  }
]

export const pbkdf2Sha512Hashes: ReadonlyArray<MadeElsewhere> = [
  {
    by: "passlib 1.7.4 pbkdf2_sha512",
    stored:
      "$pbkdf2-sha512$1000$ihEiBABAKEXo/X9vLaW0Fg$f3wrlnFmy/ypPatThZU7kP40jFS6ECUWcnEvyExw0o0i0b8gsCbshqXxkEfjFBk47ac/QnUQu6oMVJ3w14jBjw",
    password: PLAIN
  },
  {
    by: "werkzeug 2.2.2 pbkdf2:sha512",
    stored:
      "pbkdf2:sha512:1000$bUU8PbwnRy0DaCOI$48a5d2feff75b793c1d9f92ce9c42828f8b35a8c22f25a7b6dff463dfe41a63c26cdaecd51f0686d066a513398a91230ae2c2a5e12b3cf85366ad85f5056f88f",
    password: PLAIN
  },
  {
    by: "passlib 1.7.4 pbkdf2_sha512",
    stored:
      "$pbkdf2-sha512$1000$uVdqTel9DwFAiLE2ppSyNg$BP4oLyIgLP5P9pzJuby1jszrfi7GtT9NwsHSo1QVHnQnCiSBHY04uZFS.J8/u2WfGitc3YZF1YBeqeeu.QhGTQ",
    password: ACCENTS
  },
  {
    by: "werkzeug 2.2.2 pbkdf2:sha512",
    stored:
      "pbkdf2:sha512:1000$xf2gdpVl3tbplgeu$805e49ff74488dcfb0eb75d185ec4af0363b6d48bae2f826d287121c3b11823ed8ce3ae14693bbf6374318ee82b2e41580ac0ae9ae721f8661525eab0ff9b22f",
    password: ACCENTS
  }
]

export const scryptHashes: ReadonlyArray<MadeElsewhere> = [
  {
    by: "passlib 1.7.4 scrypt",
    stored: "$scrypt$ln=10,r=8,p=2$GCNE6L03xhhDaG2N0VoLoQ$KT7SlO2BmqOcXgNCeoyA11bs6yjWl4YmTpltNddc3Dw",
    password: PLAIN
  },
  {
    by: "hashlib.scrypt of Python 3.11, written as werkzeug 3 does",
    stored:
      "scrypt:1024:8:1$kC7kyYeDsTGhxQhR$c3a63869a3dccf5e1c48c09be2450308d64837fcfa92b8b39f072e5df2eeb61567c59b7aae69c3ebe4e0cd76edd6694ebd66393fcc8ff0cb96c4444e5eb4113b",
    password: PLAIN
  },
  {
    by: "hashlib.scrypt of Python 3.11, written as Django 5 does",
    stored:
      "scrypt$1024$kC7kyYeDsTGhxQhR$8$5$VA2zOmvzNcE/N9qvgn03v9xWvtI+Slk6VJaVp3UEnuCpelNqgeUhkSok0IaJ/o6MHDEJcWw4Y8leFQ447oYSOQ==",
    password: PLAIN
  },
  {
    by: "passlib 1.7.4 scrypt",
    stored: "$scrypt$ln=10,r=8,p=2$855TKoUwBkCo1dqbc06JsQ$Rj3iLGsNQe+yokKJR4R/vqZpf4PlltmEX8+re+5MYMM",
    password: ACCENTS
  },
  {
    by: "hashlib.scrypt of Python 3.11, written as werkzeug 3 does",
    stored:
      "scrypt:1024:8:1$kC7kyYeDsTGhxQhR$3c4f054d2acac65dce97588d26df78186d942c2211b652b9e23dc637d5ebae8d619cd0bc70c9f4a378a8882f663a377e62374c60966e180816b4f10452c3a194",
    password: ACCENTS
  },
  {
    by: "hashlib.scrypt of Python 3.11, written as Django 5 does",
    stored:
      "scrypt$1024$kC7kyYeDsTGhxQhR$8$5$P3htxh9t/IE5SlFfFVNXTTZmQiH58vygjKmb5bR1CD65nlIooUl/0h3w0XTRtMzXT5ow4c5Gnw411TXtUjvTzA==",
    password: ACCENTS
  },
  {
    by: "a test of Django 5",
    stored:
      "scrypt$16384$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw==",
    password: "lètmein"
  },
  {
    by: "better-auth 1.7.25",
    stored:
      "d0c2734fa7759c3133b1cdb675e3d1c5:a8fa995990aa7766a789f8b58a301734e7fafa5f81e1bbbb0c2e5181b1685258d9a5894ae9001fa78e3f4070aa32e2d70ccc2f48983fccb027e973cb92e2a7ea",
    password: PLAIN
  },
  {
    by: "better-auth 1.7.25",
    stored:
      "7401253af608061f55c75aa36f34c2d6:be6761b427ff91da2dcf17174cb4c4d01c97f889a0c305c1ed7cc19cfee1f7adaa551d2a6b46e96537883f9e644988f139a2bcdaf6311bf408c5d93444c8905a",
    password: ACCENTS
  },
  {
    by: "better-auth 1.7.25",
    stored:
      "f75f56445b4e46a7f24e68e84286ab4f:8aa0a6d18e8c04b0ded5e5b3d8d4a8d7d127169d5491f9d45643fcb926d8583a7a138897d2b511e29d895fab1cff563c72808aad5fd0a38c990faedaf65d940f",
    password: "ﬁsh swim in the ｈarbour"
  }
]

export const argon2Hashes: ReadonlyArray<MadeElsewhere> = [
  {
    by: "Django 3.2.25 argon2",
    stored: "argon2$argon2id$v=19$m=64,t=2,p=2$YTcyYThMR1JBRnBFNzNpOUdubG5UVQ$34n8s3U3rVKtqeqUPBCtfQ",
    password: PLAIN
  },
  {
    by: "argon2-cffi 21.1.0 argon2id",
    stored: "$argon2id$v=19$m=64,t=2,p=4$YPlE8PqYTyS++mlXqNrinA$GO/xSuvBqyqCB66Tz2xGKw",
    password: PLAIN
  },
  {
    by: "argon2-cffi 21.1.0 argon2i",
    stored: "$argon2i$v=19$m=64,t=2,p=4$wqySAld18bDOmuaB59WWFw$/GBoyYmk4fvfNaP01jIdRA",
    password: PLAIN
  },
  {
    by: "argon2-cffi 21.1.0 argon2d",
    stored: "$argon2d$v=19$m=64,t=2,p=4$Fy06DPlHLeBJeK+u4+9Gsg$0RUIrY+SFde6Bvr7YtzE2A",
    password: PLAIN
  },
  {
    by: "Django 3.2.25 argon2",
    stored: "argon2$argon2id$v=19$m=64,t=2,p=2$S09zYnVSUUdSUjkyYnhNeDNFdnVRQg$D8YGHo2osOO5sNd+79uNLw",
    password: ACCENTS
  },
  {
    by: "argon2-cffi 21.1.0 argon2id",
    stored: "$argon2id$v=19$m=64,t=2,p=4$/TXn7isZe7JvcTltMOtyng$QEk/lEJKea4EV8gVhvzzvw",
    password: ACCENTS
  },
  {
    by: "argon2-cffi 21.1.0 argon2i",
    stored: "$argon2i$v=19$m=64,t=2,p=4$Uo4WtGbH/ftfGksuiRRjeQ$M5hsRJfO706cADxa7Cdzyw",
    password: ACCENTS
  },
  {
    by: "argon2-cffi 21.1.0 argon2d",
    stored: "$argon2d$v=19$m=64,t=2,p=4$ok7c1UtzPXfPe/yNOTx6Zg$y+bNDAqHI+FUCJPl1pwhGA",
    password: ACCENTS
  }
]
