/** GoogleSQL's operator precedence, from OR up. */
export const PRECEDENCE = {
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  bitOr: 5,
  bitXor: 6,
  bitAnd: 7,
  shift: 8,
  additive: 9,
  concat: 10,
  multiplicative: 11,
  unary: 12,
} as const;
