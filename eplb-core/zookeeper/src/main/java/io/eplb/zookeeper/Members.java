package io.eplb.zookeeper;

import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.GroupListeners;
import io.eplb.core.cluster.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The members that are there, as far as this process has seen. Used by one thread. */
final class Members {
  private static final Logger LOG = LoggerFactory.getLogger(Members.class);
  private static final Comparator<Member> BY_RANK =
      Comparator.comparingInt(Member::rank).thenComparingLong(Member::id);

  private final Requests requests;
  private final String path;
  private final GroupListeners listeners;
  private final Map<MemberName, Member> present =
      new TreeMap<>(Comparator.comparingInt(MemberName::rank).thenComparingLong(MemberName::id));
  private final Set<String> refused = new HashSet<>();

  /** A copy for all threads. */
  private volatile List<Member> snapshot = List.of();

  Members(Requests requests, String path, GroupListeners listeners) {
    this.requests = requests;
    this.path = path;
    this.listeners = listeners;
  }

  String path() {
    return path;
  }

  String path(MemberName name) {
    return path + "/" + name;
  }

  List<Member> snapshot() {
    return snapshot;
  }

  /** Reads who is there, and tells the listeners what has changed. */
  CompletableFuture<Void> look() {
    return names()
        .thenCompose(
            names -> {
              List<CompletableFuture<Optional<Member>>> reads =
                  names.stream()
                      .filter(name -> !present.containsKey(name))
                      .map(this::read)
                      .toList();
              return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
                  .thenAccept(
                      read ->
                          update(Set.copyOf(names), reads.stream().map(CompletableFuture::join)));
            });
  }

  /** Reads the names of those who are there. */
  CompletableFuture<List<MemberName>> names() {
    return requests
        .children(path)
        .thenApply(
            names -> {
              List<MemberName> known = new ArrayList<>();
              for (String name : names) {
                try {
                  known.add(MemberName.parse(name));
                } catch (InvalidInputException foreign) {
                  warnOnce(name, foreign);
                }
              }
              return known;
            });
  }

  /** Reads a member; empty if it has left meanwhile, or is none. */
  private CompletableFuture<Optional<Member>> read(MemberName name) {
    CompletableFuture<Optional<Member>> read =
        requests.get(path(name)).thenApply(node -> parse(name, node.content()));
    return Requests.unless(
        read, Code.NONODE, () -> CompletableFuture.completedFuture(Optional.empty()));
  }

  private Optional<Member> parse(MemberName name, byte[] content) {
    try {
      return Optional.of(MemberContent.read(name, content));
    } catch (InvalidInputException foreign) {
      warnOnce(name.toString(), foreign);
      return Optional.empty();
    }
  }

  private void warnOnce(String name, InvalidInputException foreign) {
    if (refused.add(name)) {
      LOG.warn("below {}: {}", path, foreign.getMessage());
    }
  }

  private void update(Set<MemberName> names, Stream<Optional<Member>> read) {
    List<Member> left = new ArrayList<>();
    present
        .entrySet()
        .removeIf(entry -> !names.contains(entry.getKey()) && left.add(entry.getValue()));
    List<Member> joined = read.flatMap(Optional::stream).sorted(BY_RANK).toList();
    joined.forEach(member -> present.put(MemberName.of(member), member));
    if (!left.isEmpty() || !joined.isEmpty()) {
      snapshot = List.copyOf(present.values());
      left.forEach(member -> listeners.tellAll(listener -> listener.left(member)));
      joined.forEach(member -> listeners.tellAll(listener -> listener.joined(member)));
    }
  }
}
