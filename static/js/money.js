// Sums in the server's own way of writing money, learnt from a price it wrote: "$45.00", "KWD 4.500".

export function moneyLike(sample) {
  const [, sign, , decimals = ""] = /^(.*?)([\d,]+)(?:\.(\d+))?$/.exec(sample) ?? [sample, "", "", "00"];
  const places = decimals.length;
  const figures = new Intl.NumberFormat("en", { minimumFractionDigits: places, maximumFractionDigits: places });
  return (minor) => `${sign}${figures.format(minor / 10 ** places)}`;
}
