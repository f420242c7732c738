/** What a page says about a refusal that has no page of its own, by status. */
export const surfaceTexts = {
  otherwise: { title: "Error", text: "Something went wrong." },
  home: (name: string) => `Go to ${name}`,
  /** Where the code says more than the status. */
  byCode: {
    "foreign-credential": {
      title: "Your log-in does not count",
      text: [
        "You are logged in, but your browser also sends a user name and password that this site does not know, and those take precedence.",
        "They are probably the ones of a proxy in front of this site. The proxy should keep them to itself.",
        'Its operator can set proxy_set_header Authorization "" in nginx, RequestHeader unset Authorization in Apache, header_up -Authorization in Caddy,',
        "http-request del-header Authorization in HAProxy, or removeHeader: true of basicAuth in Traefik."
      ].join(" ")
    }
  } as Readonly<Record<string, { readonly title: string; readonly text: string }>>,
  byStatus: {
    400: { title: "Bad Request", text: "The server did not understand the request. Go back and try again." },
    401: { title: "Unauthorized", text: "You are not logged in. Log in and try again." },
    403: {
      title: "Forbidden",
      text: "You do not have permission to do this. If you came from another site, open this one directly and try again."
    },
    404: { title: "Not Found", text: "There is no page at this address." },
    405: { title: "Method Not Allowed", text: "This address does not accept this kind of request." },
    409: { title: "Conflict", text: "Something changed in the meantime. Go back and try again." },
    413: { title: "Content Too Large", text: "The data you sent is too large." },
    415: { title: "Unsupported Media Type", text: "This server does not accept data in that format." },
    422: { title: "Unprocessable Content", text: "The form has a missing or invalid field. Go back and check it." },
    429: { title: "Too Many Requests", text: "There were too many attempts. Wait a while, then try again." },
    500: { title: "Internal Server Error", text: "Something went wrong on the server. Try again later." },
    503: { title: "Service Unavailable", text: "The service is temporarily unavailable. Try again in a moment." }
  } as Readonly<Record<number, { readonly title: string; readonly text: string }>>
} as const
