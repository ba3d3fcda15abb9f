/** Which company's models a provider speaks to. Data only. */

/** What tells one vendor from another, in requests and in messages for the person. */
export interface Vendor {
  /** Component and service name, e.g. `anthropic`. */
  readonly name: string;
  /** As the person knows it, e.g. `Anthropic`. */
  readonly title: string;
  readonly keyVariable: string;
  readonly baseUrlVariable: string;
  readonly baseUrl: string;
  /** Served at the vendor's own address only; other servers have their own models. */
  readonly defaultModel: string;
}
