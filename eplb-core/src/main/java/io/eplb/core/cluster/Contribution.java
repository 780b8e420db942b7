package io.eplb.core.cluster;

/** The bytes that one member brought to a gathering. Immutable. */
public final class Contribution {
  private final Member member;
  private final byte[] payload;

  /** Creates a contribution; the payload is copied. */
  public Contribution(Member member, byte[] payload) {
    this.member = member;
    this.payload = payload.clone();
  }

  /** Returns the member. */
  public Member member() {
    return member;
  }

  /** Returns a copy of the payload. */
  public byte[] payload() {
    return payload.clone();
  }

  @Override
  public String toString() {
    return "Contribution[" + member + ", " + payload.length + " bytes]";
  }
}
