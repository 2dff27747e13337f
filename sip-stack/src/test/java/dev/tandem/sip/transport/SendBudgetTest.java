package dev.tandem.sip.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How much each queue may hold. */
class SendBudgetTest {
  private static final int MIB = 1 << 20;

  private final SendBudget budget = new SendBudget(10 * MIB);

  @Test
  void oneAloneHasAllThatItMayHave() {
    assertThat(budget.share(MIB)).isEqualTo(MIB);
    budget.changes(MIB);
    assertThat(budget.share(MIB)).isEqualTo(MIB);
  }

  /** As many as there are, each up to its share: together they stay below the bound. */
  @Test
  void manyHaveTheLessTheMoreTheyAre() {
    long[] queues = new long[300];
    for (int round = 0; round < 2000; round++) {
      for (int i = 0; i < queues.length; i++) {
        if (queues[i] + 1000 <= budget.share(MIB)) {
          queues[i] += 1000;
          budget.changes(1000);
        }
      }
    }
    assertThat(budget.waiting()).isBetween(9L * MIB, 10L * MIB);
    assertThat(queues[0] - queues[299]).isLessThanOrEqualTo(1000);
  }

  @Test
  void aLittleIsEverybodysEvenWhenAllIsSpent() {
    budget.changes(20L * MIB);
    assertThat(budget.share(MIB)).isEqualTo(16 * 1024);
    assertThat(budget.share(1000)).isEqualTo(1000);
    budget.changes(-20L * MIB);
    assertThat(budget.waiting()).isZero();
    assertThat(budget.share(MIB)).isEqualTo(MIB);
  }

  @Test
  void whoSharesWithNobodyIsBoundByItsOwnLimit() {
    SendBudget none = SendBudget.unbounded();
    none.changes(Integer.MAX_VALUE);
    assertThat(none.share(MIB)).isEqualTo(MIB);
  }
}
