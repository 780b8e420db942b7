package io.eplb.core.runtime;

import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs one line per cycle and per repair, as pairs of key and value, for people and programs. */
final class CycleLog {
  private static final Logger LOG = LoggerFactory.getLogger(EplbRuntime.class);

  private CycleLog() {}

  static void log(CycleReport report) {
    if (report.outcome().failure() || report.layersAborted() > 0) {
      LOG.warn("balance cycle {}", line(report));
    } else {
      LOG.info("balance cycle {}", line(report));
    }
  }

  static void log(RepairReport report) {
    if (report.complete()) {
      LOG.info("repair {}", line(report));
    } else {
      LOG.error("repair {}", line(report));
    }
  }

  /** Returns the pairs of a repair. */
  static String line(RepairReport report) {
    StringBuilder line = new StringBuilder();
    pair(line, "complete", report.complete());
    pair(line, "version", report.after().version());
    pair(line, "living_ranks", report.ranks().livingRanks());
    pair(line, "lost_experts", report.lostExperts());
    pair(line, "received", report.received());
    pair(line, "reloaded", report.reloaded());
    pair(line, "until_served_ms", millis(report.untilServed()));
    pair(line, "repair_ms", millis(report.duration()));
    reason(line, report.reason());
    return line.toString();
  }

  /** Returns the pairs, separated by blanks; texts are quoted. */
  static String line(CycleReport report) {
    StringBuilder line = new StringBuilder();
    pair(line, "cycle", report.cycle());
    pair(line, "outcome", report.outcome());
    pair(line, "version", report.version());
    report
        .balance()
        .ifPresent(
            balance -> {
              pair(line, "dispatch", balance.dispatch().label());
              pair(line, "par_before", ratio(balance.before().mean()));
              pair(line, "par_after", ratio(balance.after().mean()));
            });
    report
        .expected()
        .ifPresent(
            expected -> {
              pair(line, "expected_before", expected.before());
              pair(line, "expected_after", expected.after());
            });
    report
        .benefit()
        .ifPresent(
            benefit -> {
              pair(line, "saving_tokens", Math.round(benefit.saving()));
              pair(line, "price_tokens", Math.round(benefit.price()));
            });
    pair(line, "experts_moved", report.expertsMoved());
    pair(line, "layers_committed", report.layersCommitted());
    pair(line, "layers_aborted", report.layersAborted());
    pair(line, "layers_not_worth_it", report.layersNotWorthIt());
    pair(line, "layers_rejected", report.layersRejected());
    pair(line, "plan_ms", millis(report.planTime()));
    report
        .update()
        .ifPresent(
            update -> {
              pair(line, "update_ms", millis(update.duration()));
              pair(line, "pause_ms", millis(update.totalPause()));
              if (update.lead() > 0) {
                pair(line, "void_switches", update.voided());
                pair(line, "fence_lead", update.lead());
              }
              pair(line, "bytes", update.bytes());
            });
    reason(line, report.reason());
    return line.toString();
  }

  private static void reason(StringBuilder line, String reason) {
    if (!reason.isEmpty()) {
      pair(line, "reason", '"' + reason.replace('"', '\'') + '"');
    }
  }

  private static void pair(StringBuilder line, String key, Object value) {
    if (!line.isEmpty()) {
      line.append(' ');
    }
    line.append(key).append('=').append(value);
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e6);
  }
}
