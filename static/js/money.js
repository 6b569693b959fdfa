// Minor units to words, with as many decimals as the currency has. The server's sum wins at the hold.

export function moneyFormat(currency) {
  const format = new Intl.NumberFormat(document.documentElement.lang || "en", {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
  });
  const decimals = format.resolvedOptions().maximumFractionDigits;
  return (minor) => format.format(minor / 10 ** decimals);
}
