/** JSON values as TypeScript sees them. Everything that is stored, sent or handed to work is one of these. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };
