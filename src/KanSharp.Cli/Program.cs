Console.WriteLine("kan");
return 0;
