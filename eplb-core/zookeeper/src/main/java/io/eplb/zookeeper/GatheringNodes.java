package io.eplb.zookeeper;

import io.eplb.core.cluster.Contribution;
import io.eplb.core.cluster.Gathered;
import io.eplb.core.cluster.Member;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;

/**
 * The znodes of one gathering:
 *
 * <pre>
 *   gatherings/{name}                                     the state
 *   contributions/{name}/{round}/{rank}-{worldSize}-{id}  what a member has said
 *   outcomes/{name}/{round}-{decider}-{piece}             all that was said in time
 * </pre>
 *
 * <p>The outcome is written in pieces that are read by everybody, instead of a znode for each
 * member, which would make the reads grow with the square of the ranks. It counts once the state
 * names it, by one compare-and-set.
 */
final class GatheringNodes {
  private static final int PIECE_BYTES = 60 * 1024;

  private final Requests requests;
  private final Members members;
  private final String statePath;
  private final String contributionsPath;
  private final String outcomesPath;

  /** A state, and the version of the znode with it. */
  record Seen(GatheringState state, int writes) {}

  GatheringNodes(ZooKeeperConnection connection, Members members, String name) {
    requests = connection.requests();
    this.members = members;
    // A prefix, since a znode cannot be named "..".
    String encoded = "g-" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    statePath = connection.path("gatherings/" + encoded);
    contributionsPath = connection.path("contributions/" + encoded);
    outcomesPath = connection.path("outcomes/" + encoded);
  }

  String statePath() {
    return statePath;
  }

  /** Creates what is missing. */
  CompletableFuture<Void> ensure() {
    return requests
        .ensure(contributionsPath)
        .thenCompose(made -> requests.ensure(outcomesPath))
        .thenCompose(
            made ->
                Requests.unless(
                    requests
                        .create(statePath, GatheringState.open(1).toBytes(), CreateMode.PERSISTENT)
                        .thenAccept(created -> {}),
                    Code.NODEEXISTS,
                    GatheringNodes::nothing));
  }

  CompletableFuture<Seen> state() {
    return requests
        .get(statePath)
        .thenApply(
            node -> new Seen(GatheringState.fromBytes(statePath, node.content()), node.version()));
  }

  /** Opens the next round unless another has; the last one's outcome is forgotten. */
  CompletableFuture<Void> reopen(Seen last) {
    GatheringState next = GatheringState.open(last.state().round() + 1);
    return Requests.unless(
        requests.set(statePath, next.toBytes(), last.writes()).thenAccept(set -> {}),
        Code.BADVERSION,
        GatheringNodes::nothing);
  }

  CompletableFuture<Void> contribute(long round, Contribution said) {
    return requests
        .ensure(contributionsPath + "/" + round)
        .thenCompose(
            made ->
                Requests.unless(
                    requests
                        .create(
                            contribution(round, MemberName.of(said.member())),
                            ContributionBytes.write(said),
                            CreateMode.PERSISTENT)
                        .thenAccept(created -> {}),
                    Code.NODEEXISTS,
                    GatheringNodes::nothing));
  }

  private String contribution(long round, MemberName name) {
    return contributionsPath + "/" + round + "/" + name;
  }

  /** Reads who has contributed to a round. */
  CompletableFuture<List<MemberName>> contributors(long round) {
    return requests
        .children(contributionsPath + "/" + round)
        .thenApply(names -> names.stream().map(MemberName::parse).toList());
  }

  /**
   * Decides a round by contributions whose members are all still there. Fails with {@link
   * Code#BADVERSION} if it is decided, and with {@link Code#NONODE} if a member has left.
   */
  CompletableFuture<Void> decide(Seen open, List<MemberName> counted, Member decider) {
    long round = open.state().round();
    List<CompletableFuture<byte[]>> reads =
        counted.stream()
            .map(name -> requests.get(contribution(round, name)).thenApply(node -> node.content()))
            .toList();
    return all(reads)
        .thenCompose(
            read -> {
              ByteArrayOutputStream outcome = new ByteArrayOutputStream();
              reads.forEach(content -> outcome.writeBytes(content.join()));
              List<byte[]> pieces = pieces(outcome.toByteArray());
              return write(round, decider.id(), pieces)
                  .thenCompose(
                      written ->
                          requests.transaction(
                              decision(
                                  open,
                                  new GatheringState(round, decider.id(), pieces.size()),
                                  counted)));
            });
  }

  private List<CuratorOp> decision(Seen open, GatheringState decided, List<MemberName> counted) {
    List<CuratorOp> operations = new ArrayList<>();
    operations.add(requests.setting(statePath, decided.toBytes(), open.writes()));
    counted.forEach(name -> operations.add(requests.exists(members.path(name))));
    return operations;
  }

  private static List<byte[]> pieces(byte[] outcome) {
    List<byte[]> pieces = new ArrayList<>();
    for (int from = 0; from < outcome.length; from += PIECE_BYTES) {
      pieces.add(Arrays.copyOfRange(outcome, from, Math.min(outcome.length, from + PIECE_BYTES)));
    }
    return pieces;
  }

  private CompletableFuture<Void> write(long round, long decider, List<byte[]> pieces) {
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    for (int piece = 0; piece < pieces.size(); piece++) {
      String path = piece(round, decider, piece);
      byte[] content = pieces.get(piece);
      // An earlier attempt may have written another outcome there.
      writes.add(
          Requests.unless(requests.delete(path), Code.NONODE, GatheringNodes::nothing)
              .thenCompose(gone -> requests.create(path, content, CreateMode.PERSISTENT))
              .thenAccept(created -> {}));
    }
    return all(writes);
  }

  private String piece(long round, long decider, int piece) {
    return outcomesPath + "/" + round + "-" + decider + "-" + piece;
  }

  CompletableFuture<Gathered> outcome(GatheringState decided) {
    List<CompletableFuture<byte[]>> reads = new ArrayList<>();
    for (int piece = 0; piece < decided.pieces(); piece++) {
      reads.add(
          requests
              .get(piece(decided.round(), decided.decider(), piece))
              .thenApply(node -> node.content()));
    }
    return all(reads)
        .thenApply(
            read -> {
              ByteArrayOutputStream outcome = new ByteArrayOutputStream();
              reads.forEach(content -> outcome.writeBytes(content.join()));
              return ContributionBytes.read(outcomesPath, outcome.toByteArray());
            });
  }

  /** Removes what the outcome of a decided round has made superfluous, and earlier rounds. */
  CompletableFuture<Void> cleanUp(GatheringState decided) {
    return requests
        .children(contributionsPath)
        .thenCompose(
            rounds ->
                all(
                    rounds.stream()
                        .filter(
                            round -> RowListing.number(contributionsPath, round) <= decided.round())
                        .map(round -> removeTree(contributionsPath + "/" + round))
                        .toList()))
        .thenCompose(removed -> requests.children(outcomesPath))
        .thenCompose(
            pieces ->
                all(
                    pieces.stream()
                        .filter(
                            piece ->
                                !piece.startsWith(decided.round() + "-" + decided.decider() + "-"))
                        .filter(piece -> roundOf(piece) <= decided.round())
                        .map(piece -> gone(requests.delete(outcomesPath + "/" + piece)))
                        .toList()));
  }

  private static long roundOf(String piece) {
    return Long.parseLong(piece.substring(0, piece.indexOf('-')));
  }

  private CompletableFuture<Void> removeTree(String path) {
    return requests
        .children(path)
        .thenCompose(
            names ->
                all(names.stream().map(name -> gone(requests.delete(path + "/" + name))).toList()))
        .thenCompose(empty -> gone(requests.delete(path)));
  }

  private static CompletableFuture<Void> gone(CompletableFuture<Void> removal) {
    return Requests.unless(removal, Code.NONODE, GatheringNodes::nothing);
  }

  private static CompletableFuture<Void> nothing() {
    return CompletableFuture.completedFuture(null);
  }

  private static CompletableFuture<Void> all(Collection<? extends CompletableFuture<?>> requests) {
    return CompletableFuture.allOf(requests.toArray(CompletableFuture[]::new));
  }
}
