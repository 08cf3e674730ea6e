# Makes the stored chains (NAME.csv: a row a draw, a column a chain) and the values that Joule must agree with (values.csv).
# Run in this folder with Rscript make.R. The stored files came from R 4.2.2 with posterior 1.4.0, the reference implementation of
# Vehtari, Gelman, Simpson, Carpenter and Buerkner (2021), arXiv:1903.08008. Nested R-hat, which that version lacks, is computed here
# from the definition in Margossian et al. (2022), arXiv:2110.13017.
suppressMessages(library(posterior))
set.seed(1903)

ar1 <- function(draws, rho, noise = rnorm) {
  x <- numeric(draws)
  x[1] <- noise(1)
  for (t in seq_len(draws)[-1]) x[t] <- rho * x[t - 1] + sqrt(1 - rho^2) * noise(1)
  x
}

sets <- list(
  # four healthy chains
  correlated = round(replicate(4, ar1(100, 0.7)), 4),
  # an odd number of draws, heavy tails, many ties, and a third chain elsewhere
  shifted = round(cbind(ar1(75, 0.3, function(n) rt(n, 3)), ar1(75, 0.3, function(n) rt(n, 3)), 1.5 + ar1(75, 0.8)), 1),
  # neighbours on opposite sides: more effective draws than draws; the second chain is twice as wide
  antithetic = round(cbind(ar1(128, -0.6), 2 * ar1(128, -0.6)), 4),
  # chains that never settle
  walking = round(apply(matrix(rnorm(200), 50), 2, cumsum), 3),
  # chains that stay apart: the autocorrelations are positive to the last lag
  apart = round(matrix(rnorm(120), 40) + rep(c(0, 10, 20), each = 40), 3),
  # a single short chain
  single = round(cbind(ar1(23, 0.5)), 4)
)

nested <- function(x, superchains) {
  of <- rep(seq_len(superchains), each = ncol(x) / superchains)
  inside <- sapply(seq_len(superchains), function(k) {
    chains <- x[, of == k, drop = FALSE]
    mean(apply(chains, 2, stats::var)) + if (ncol(chains) > 1) stats::var(colMeans(chains)) else 0
  })
  between <- stats::var(sapply(seq_len(superchains), function(k) mean(x[, of == k])))
  sqrt(1 + between / mean(inside))
}

values <- NULL
for (name in names(sets)) {
  x <- sets[[name]]
  write.table(x, paste0(name, ".csv"), sep = ",", row.names = FALSE, col.names = FALSE)
  of <- c(
    mean = mean(x), sd = stats::sd(x), q5 = quantile(x, 0.05, names = FALSE), q95 = quantile(x, 0.95, names = FALSE),
    rhat = rhat(x), rhat_basic = rhat_basic(x), ess_mean = ess_mean(x), ess_bulk = ess_bulk(x), ess_tail = ess_tail(x),
    ess_q5 = ess_quantile(x, 0.05, names = FALSE), ess_q50 = ess_quantile(x, 0.5, names = FALSE),
    mcse_mean = mcse_mean(x), mcse_sd = mcse_sd(x), mcse_q5 = mcse_quantile(x, 0.05, names = FALSE),
    mcse_q50 = mcse_quantile(x, 0.5, names = FALSE), mcse_q95 = mcse_quantile(x, 0.95, names = FALSE),
    nested_single = if (ncol(x) > 1) nested(x, ncol(x)) else NA, nested_pairs = if (ncol(x) == 4) nested(x, 2) else NA
  )
  values <- rbind(values, data.frame(set = name, statistic = names(of), value = format(of, digits = 17, trim = TRUE)))
}
write.table(values, "values.csv", sep = ",", row.names = FALSE, col.names = FALSE, quote = FALSE)
