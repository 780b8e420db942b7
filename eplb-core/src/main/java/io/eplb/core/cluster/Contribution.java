package io.eplb.core.cluster;

/** The bytes that one member brought to a gathering. Immutable. */
public final class Contribution {
  private final long member;
  private final int rank;
  private final int worldSize;
  private final byte[] payload;

  /** Creates a contribution; the payload is copied. */
  public Contribution(long member, int rank, int worldSize, byte[] payload) {
    this.member = member;
    this.rank = rank;
    this.worldSize = worldSize;
    this.payload = payload.clone();
  }

  /** Returns {@link GroupMember#id()} of the member. */
  public long member() {
    return member;
  }

  /** Returns the rank that the member claims. */
  public int rank() {
    return rank;
  }

  /** Returns the number of ranks of the group, according to the member. */
  public int worldSize() {
    return worldSize;
  }

  /** Returns a copy of the payload. */
  public byte[] payload() {
    return payload.clone();
  }

  @Override
  public String toString() {
    return "Contribution[rank " + rank + " of " + worldSize + ", " + payload.length + " bytes]";
  }
}
