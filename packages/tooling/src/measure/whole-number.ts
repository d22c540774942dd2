/** The whole number of a command's option; throws when its text is not one, or below `least`. */
export function wholeNumber(option: string, text: string, least = 0): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least)
    throw new Error(`--${option}: "${text}" is not a whole number from ${least}`);
  return number;
}
