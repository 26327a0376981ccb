namespace Tiny
{
    /// <summary>Answers requests.</summary>
    public class Server
    {
        public int Port { get; set; }

        /// <summary>Starts to listen.</summary>
        public void Start() { Listen(Port); }
    }
}
