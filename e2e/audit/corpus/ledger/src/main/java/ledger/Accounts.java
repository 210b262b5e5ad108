package ledger;

import java.io.InputStream;
import java.io.ObjectInputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;

public final class Accounts {
  private static final String TABLE = "accounts";
  private final ConcurrentHashMap<String, Integer> attempts = new ConcurrentHashMap<>();
  private final Connection connection;

  public Accounts(Connection connection) {
    this.connection = connection;
  }

  /** Called with the text of the search field. */
  public ResultSet find(String holder) throws SQLException {
    Statement statement = connection.createStatement();
    return statement.executeQuery("SELECT * FROM accounts WHERE holder = '" + holder + "'");
  }

  public long count(String holder) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT count(*) FROM " + TABLE + " WHERE holder = ?")) {
      statement.setString(1, holder);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  /** Moves money; both rows change or none. */
  public void transfer(long from, long to, BigDecimal amount) throws SQLException {
    connection.setAutoCommit(false);
    change(from, amount.negate());
    change(to, amount);
    connection.commit();
  }

  private void change(long id, BigDecimal by) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("UPDATE accounts SET balance = balance + ? WHERE id = ?")) {
      statement.setBigDecimal(1, by);
      statement.setLong(2, id);
      statement.executeUpdate();
    }
  }

  /** A file that a partner bank sends. */
  public Object statement(InputStream sent) throws Exception {
    return new ObjectInputStream(sent).readObject();
  }

  public DocumentBuilderFactory parsers() throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory;
  }

  public boolean isSameCurrency(Integer first, Integer second) {
    return first == second;
  }

  public boolean isSameBranch(Integer first, Integer second) {
    return Objects.equals(first, second);
  }

  public int attempt(String user) {
    return attempts.merge(user, 1, Integer::sum);
  }

  /** The page of a list, counted from zero. */
  public List<String> page(List<String> rows, int page, int size) {
    int from = Math.min(page * size, rows.size());
    return rows.subList(from, from + size);
  }

  public List<String> firstPage(List<String> rows, int size) {
    return rows.subList(0, Math.min(size, rows.size()));
  }

  public long lines(Path journal) throws Exception {
    return Files.lines(journal).filter(line -> !line.isBlank()).count();
  }

  public Object selfTest() throws ScriptException {
    return new ScriptEngineManager().getEngineByName("js").eval("1 + 1");
  }
}
