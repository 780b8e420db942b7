package io.eplb.core.runtime;

import io.eplb.core.cluster.Candidate;
import io.eplb.core.cluster.GroupListener;
import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.Member;
import io.eplb.core.cluster.RankGroup;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A group whose members come and go as the test says; its listeners hear of it at once. */
final class SimulatedGroup implements RankGroup {
  private final List<Member> members = new ArrayList<>();
  private final Set<GroupListener> listeners = new LinkedHashSet<>();

  void add(Member member) {
    members.add(member);
    Set.copyOf(listeners).forEach(listener -> listener.joined(member));
  }

  void remove(Member member) {
    if (members.remove(member)) {
      Set.copyOf(listeners).forEach(listener -> listener.left(member));
    }
  }

  int listeners() {
    return listeners.size();
  }

  @Override
  public List<Member> members() {
    return List.copyOf(members);
  }

  @Override
  public Watch listen(GroupListener listener) {
    listeners.add(listener);
    members().forEach(listener::joined);
    return () -> listeners.remove(listener);
  }

  @Override
  public CompletionStage<GroupMember> join(
      int rank, int worldSize, long incarnation, String address) {
    throw new AssertionError("a planner does not join");
  }

  @Override
  public Candidate stand(String address) {
    throw new AssertionError("the runtime does not stand itself");
  }

  @Override
  public void close() {
    throw new AssertionError("the group is the caller's");
  }
}
