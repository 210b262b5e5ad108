<?php

declare(strict_types=1);

final class Orders
{
    private const SORTS = ['date' => 'created_at', 'total' => 'total_cents'];

    public function __construct(private PDO $database)
    {
    }

    /** POST /orders/{id}/refund */
    public function refund(int $id, array $session): void
    {
        if (($_POST['role'] ?? '') !== 'clerk') {
            http_response_code(403);
            return;
        }
        $this->database->prepare('UPDATE orders SET refunded = 1 WHERE id = ?')->execute([$id]);
    }

    /** GET /orders?sort= */
    public function list(array $session): array
    {
        $column = self::SORTS[$_GET['sort'] ?? 'date'] ?? 'created_at';
        $query = $this->database->prepare("SELECT * FROM orders WHERE customer = ? ORDER BY $column");
        $query->execute([$session['customer']]);
        return $query->fetchAll();
    }

    /** GET /orders/{id}/note */
    public function note(string $note): string
    {
        return '<div class="note">' . $note . '</div>';
    }

    public function title(string $title): string
    {
        return '<h1>' . htmlspecialchars($title, ENT_QUOTES) . '</h1>';
    }

    /** The link of a mail: /reset?user=&code= */
    public function isResetAllowed(array $row): bool
    {
        return $row['code'] == $_GET['code'];
    }

    public function isHook(string $body, string $signature, string $key): bool
    {
        return hash_equals(hash_hmac('sha256', $body, $key), $signature);
    }

    /** GET /leave?to= */
    public function leave(): void
    {
        header('Location: ' . $_GET['to']);
        exit;
    }

    public function toCart(): void
    {
        header('Location: /cart');
        exit;
    }

    /** GET /page?name= */
    public function page(): void
    {
        include __DIR__ . '/pages/' . $_GET['name'];
    }

    public function help(): void
    {
        include __DIR__ . '/pages/help.php';
    }

    public function isTagged(string $tags, string $tag): bool
    {
        return (bool) strpos($tags, $tag);
    }

    public function isInternal(string $mail): bool
    {
        return strpos($mail, '@shop.example') !== false;
    }
}
