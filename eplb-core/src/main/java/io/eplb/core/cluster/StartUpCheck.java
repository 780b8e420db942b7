package io.eplb.core.cluster;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.StartUpProblem.Kind;
import io.eplb.core.cluster.TableCamps.Camp;
import io.eplb.core.consistency.TableDigest;
import io.eplb.core.update.promise.LayerRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Compares the tables, topologies and world sizes of all ranks at their start, and returns the same
 * report on every rank.
 *
 * <p>A rank first sends its topology and one digest of its whole table, then compares the
 * statements of all. If tables differ, one rank for each table also sends the digests of its
 * layers, then the row of the first layer that differs. Every decision depends on outcomes that are
 * the same for all, so all ranks take the same steps. Example, with rank 2 of 4 on another table:
 *
 * <pre>
 *   gather "start/roots"      ranks 0, 1 and 3 agree, rank 2 differs
 *   gather "start/digests/0"  rank 0 and rank 2 send the digests of their layers: layer 5 differs
 *   gather "start/rows/5"     rank 0 and rank 2 send their rows of layer 5, the others nothing
 *   report on all ranks       the expert table of rank 2 differs from the majority in layer 5; first
 *                             at layer 5, rank 1, slot 0: expert 9, not 8
 * </pre>
 */
public final class StartUpCheck {
  private final GroupMember member;
  private final String name;
  private final ExpertTable table;
  private final TableDigest digest;
  private final Duration timeout;

  private StartUpCheck(
      GroupMember member, String name, ExpertTable table, TableDigest digest, Duration timeout) {
    this.member = member;
    this.name = name;
    this.table = table;
    this.digest = digest;
    this.timeout = timeout;
  }

  /**
   * Checks one rank against all others; every rank has to call this.
   *
   * <p>The stage fails with {@link InvalidInputException} if the member has gathered under that
   * name before, and with {@link GroupUnavailableException} if it leaves the group or that does not
   * answer.
   *
   * @param name the name of the check, new for every check and the same on every rank
   * @param topology the topology of the group, according to this rank
   * @param table the table that this rank is about to serve
   * @param timeout the longest wait for the others; three times that if tables differ
   * @return the report, the same on every rank but for late ones
   * @throws InvalidInputException if the table does not have the topology's shape, or the name is
   *     none of a gathering
   */
  public static CompletionStage<StartUpReport> run(
      GroupMember member, String name, EpTopology topology, ExpertTable table, Duration timeout) {
    TableDigest digest = TableDigest.of(table);
    if (!digest.fits(topology)) {
      throw new InvalidInputException(table + " does not have the shape of " + topology);
    }
    StartUpCheck check = new StartUpCheck(member, name, table, digest, timeout);
    return member
        .gather(name + "/roots", StartUpMessage.of(topology, digest), timeout)
        .thenCompose(check::compare);
  }

  private CompletionStage<StartUpReport> compare(Gathered said) {
    StartUpComparison comparison = StartUpComparison.of(said);
    TableCamps camps = comparison.camps();
    CompletionStage<StartUpReport> report =
        camps.unanimous()
            ? CompletableFuture.completedFuture(comparison.report())
            : digests(camps)
                .thenCompose(
                    digests -> {
                      TableComparison tables = new TableComparison(camps, digests);
                      return rows(camps, tables).thenApply(rows -> comparison.report(tables, rows));
                    });
    return report.thenApply(told -> said.includes(member.claim()) ? told : late(told));
  }

  /** Lets every camp's speaker send the digests of its layers. */
  private CompletionStage<TableComparison.Digests> digests(TableCamps camps) {
    byte[] bytes = camps.spokenForBy(member.claim()).isPresent() ? digest.toBytes() : new byte[0];
    long most =
        camps.all().stream()
            .mapToLong(camp -> TableDigest.bytes(camp.speaker().layers()))
            .max()
            .orElse(0);
    List<byte[]> pieces = Pieces.cut(bytes, Pieces.count(most));
    Map<String, byte[]> payloads = new LinkedHashMap<>();
    for (int piece = 0; piece < pieces.size(); piece++) {
      payloads.put(name + "/digests/" + piece, pieces.get(piece));
    }
    return gatherAll(payloads)
        .thenApply(
            gathered -> {
              Map<Long, byte[]> sent = Pieces.joined(gathered);
              Map<Camp, Optional<TableDigest>> read = new HashMap<>();
              for (Camp camp : camps.all()) {
                read.put(camp, digest(camp, sent.get(camp.speaker().member().id())));
              }
              return camp -> read.getOrDefault(camp, Optional.empty());
            });
  }

  /** Reads the digests that a camp's speaker sent, if they are those of the camp's table. */
  private static Optional<TableDigest> digest(Camp camp, byte @Nullable [] sent) {
    try {
      return Optional.ofNullable(sent)
          .map(TableDigest::fromBytes)
          .filter(table -> table.toText().equals(camp.speaker().root()));
    } catch (InvalidInputException unreadable) {
      return Optional.empty();
    }
  }

  /** Lets the speakers send their rows of the layers in which tables first differ. */
  private CompletionStage<TableComparison.Rows> rows(TableCamps camps, TableComparison tables) {
    Optional<Camp> spokenFor = camps.spokenForBy(member.claim());
    List<Integer> layers = tables.layersToShow();
    Map<String, byte[]> payloads = new LinkedHashMap<>();
    for (int layer : layers) {
      boolean shown = spokenFor.filter(camp -> tables.shows(camp, layer)).isPresent();
      payloads.put(name + "/rows/" + layer, shown ? rowBytes(layer) : new byte[0]);
    }
    return gatherAll(payloads)
        .thenApply(
            gathered ->
                (camp, layer) -> {
                  int sent = layers.indexOf(layer);
                  return sent < 0 ? Optional.empty() : row(camp, gathered.get(sent));
                });
  }

  /** Returns the row of a layer; nothing if it is too long for a message. */
  private byte[] rowBytes(int layer) {
    int[] row = new int[table.physicalExperts()];
    table.copyLayer(layer, row, 0);
    byte[] bytes = new LayerRow(row, null).toBytes();
    return bytes.length <= GroupMember.MAX_PAYLOAD_BYTES ? bytes : new byte[0];
  }

  private static Optional<int[]> row(Camp camp, Gathered rows) {
    try {
      return rows.of(camp.speaker().member())
          .map(bytes -> LayerRow.fromBytes(bytes).experts())
          .filter(row -> row.length == camp.speaker().topology().physicalExperts());
    } catch (InvalidInputException unreadable) {
      return Optional.empty();
    }
  }

  /** Opens gatherings by name with their payloads; completes with the outcomes in their order. */
  private CompletionStage<List<Gathered>> gatherAll(Map<String, byte[]> payloads) {
    List<CompletableFuture<Gathered>> gatherings = new ArrayList<>();
    payloads.forEach(
        (gathering, payload) ->
            gatherings.add(member.gather(gathering, payload, timeout).toCompletableFuture()));
    return CompletableFuture.allOf(gatherings.toArray(CompletableFuture[]::new))
        .thenApply(all -> gatherings.stream().map(CompletableFuture::join).toList());
  }

  private StartUpReport late(StartUpReport report) {
    int rank = member.claim().rank();
    List<StartUpProblem> problems = new ArrayList<>();
    problems.add(
        new StartUpProblem(
            Kind.LATE,
            List.of(rank),
            List.of(),
            Optional.empty(),
            "rank %d came after the check was closed; start all ranks within the time limit"
                .formatted(rank)));
    problems.addAll(report.problems());
    return new StartUpReport(problems);
  }
}
